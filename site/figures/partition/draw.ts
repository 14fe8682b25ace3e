/** The hour as a drawing, its events as a list, and what each choice would come to as a table. */
import { label, svg } from '../shapes.ts';
import { clockText, entries, several, tableOf } from '../words.ts';
import type { Merge } from './counts.ts';
import {
  type Choice,
  type Hour,
  healed,
  hour,
  isClaim,
  isCount,
  type Minute,
  type Operation,
  outcomes,
  type Parameters,
  rightInTheEnd,
  simulate,
} from './model.ts';

const name = 'partition';
const left = 68;
const right = 352;
const rows = { east: 48, west: 110 } as const;
const [top, bottom] = [172, 236];

export const choices: readonly (readonly [Choice, string])[] = [
  ['store', 'one store, in the east'],
  ['copies', 'each site by itself'],
];

export const merges: readonly (readonly [Merge, string])[] = [
  ['union', 'sets of messages, united'],
  ['newest', 'numbers, the newer kept'],
  ['add', 'numbers, changes added'],
];

const x = (minute: number): number => Math.round((left + (minute / hour) * (right - left)) * 10) / 10;
const all = (look: string, places: readonly number[], shape: (x: number) => string): string =>
  places.length === 0 ? '' : `<path class="${look}" d="${places.map((place) => shape(x(place))).join('')}"/>`;
const cross = (y: number) => (place: number) => `M${place - 4} ${y}l8 8m-8 0l8-8`;

/** What a reader should see at a glance, in words. */
export function describe(result: Hour): string {
  const { parameters, twice, minutes } = result;
  const { length, from } = parameters;
  const partition =
    length === 0
      ? 'The way between the sites holds all the time.'
      : `From ${clockText(from)} to ${clockText(Math.min(hour, from + length))} the sites are cut off from each other.`;
  const refused = `Refused: ${several(outcomes(result, 'refused', isClaim), 'claim')} of a handle, ${several(outcomes(result, 'refused', isCount), 'request')} about counts.`;
  const wrong = `Out of date: ${several(outcomes(result, 'wrong', isCount), 'answer')}.`;
  const handles =
    twice === 0
      ? 'No handle is promised twice.'
      : `${several(twice, 'handle is', 'handles are')} promised to two people.`;
  const { east, west, right: so } = minutes.at(-1)!;
  const end =
    length > 0 && !healed(result)
      ? 'The hour ends before the way is mended.'
      : `In the end the east says ${east} unread and the west ${west}; right is ${so}.`;
  return [partition, refused, wrong, handles, end].join(' ');
}

/** Handles above, counts below. */
function site(operations: readonly Operation[], where: Operation['site']): string {
  const own = operations.filter((operation) => operation.site === where);
  const line = (y: number, of: (operation: Operation) => boolean): string => {
    const at = (outcome: Operation['outcome']): number[] =>
      own.filter((operation) => operation.outcome === outcome && of(operation)).map((operation) => operation.at);
    return (
      all('rests', at('done'), (place) => `M${place} ${y}v12`) +
      all('fires', at('wrong'), (place) => `M${place} ${y - 2}v16`) +
      all('mark', at('refused'), cross(y + 2))
    );
  };
  const y = rows[where];
  return [
    label({ x: 0, y: y - 6 }, [where === 'east' ? 'East' : 'West'], { anchor: 'start', strong: true }),
    label({ x: 0, y: y + 12 }, ['handles'], { anchor: 'start' }),
    label({ x: 0, y: y + 34 }, ['counts'], { anchor: 'start' }),
    line(y, isClaim),
    line(y + 22, isCount),
  ].join('');
}

/** What is right as a broad band, and what each site says as a line on it. */
function chart(minutes: readonly Minute[]): string {
  const numbers = minutes.flatMap(({ east, west, right: so }) => [east, west ?? so, so]);
  const [least, most] = [Math.min(0, ...numbers), Math.max(1, ...numbers)];
  const y = (count: number): number => Math.round(bottom - ((count - least) / (most - least)) * (bottom - top));
  const path = (look: string, of: (minute: Minute) => number | undefined): string => {
    const parts = minutes.map((minute, index) => {
      const count = of(minute);
      if (count === undefined) return '';
      const before = index > 0 ? of(minutes[index - 1]!) : undefined;
      return before === undefined ? `M${x(minute.at)} ${y(count)}` : `H${x(minute.at)}V${y(count)}`;
    });
    return `<path class="${look}" fill="none" d="${parts.join('')}"/>`;
  };
  return [
    label({ x: 0, y: top + 37 }, ['unread'], { anchor: 'start', strong: true }),
    label({ x: left - 6, y: y(most) + 5 }, [String(most)], { anchor: 'end' }),
    label({ x: left - 6, y: y(least) + 5 }, [String(least)], { anchor: 'end' }),
    path('depth', (minute) => minute.right),
    path('rests', (minute) => minute.east),
    path('mark dashed', (minute) => minute.west),
  ].join('');
}

/** What the signs mean. Drawn by the build alone: no knob changes it, so no reader needs to load it. */
export function legend(): string {
  const word = (at: number, y: number, text: string): string => label({ x: at, y }, [text], { anchor: 'start' });
  return (
    '<svg viewBox="0 0 360 70" aria-hidden="true">' +
    `<path class="rests" d="M6 4v12"/>${word(16, 15, 'answered')}` +
    `<path class="mark" d="${cross(6)(100)}"/>${word(110, 15, 'refused')}` +
    `<path class="fires" d="M182 2v16"/>${word(192, 15, 'answered, and wrong')}` +
    `<rect class="change" x="2" y="28" width="14" height="14"/>${word(24, 40, 'cut off')}` +
    `<path class="depth" d="M100 35h30"/>${word(138, 40, 'how many it really are')}` +
    `<path class="rests" d="M2 60h28"/>${word(38, 65, 'what the east says')}` +
    `<path class="mark dashed" d="M182 60h28"/>${word(218, 65, 'and the west')}` +
    '</svg>'
  );
}

export function drawing(result: Hour): string {
  const { parameters, operations, minutes } = result;
  const { from, length } = parameters;
  const until = Math.min(hour, from + length);
  return svg({
    name,
    width: 360,
    height: bottom + 10,
    title: 'What is asked at two sites within an hour, and what they say',
    description: describe(result),
    body: [
      ...[0, 15, 30, 45, 60].map(
        (minute) =>
          `<path class="tick" d="M${x(minute)} 22V${bottom + 4}"/>` +
          label({ x: x(minute), y: 15 }, [clockText(minute)], { anchor: minute === hour ? 'end' : 'middle' }),
      ),
      length > 0
        ? `<rect class="change" x="${x(from)}" y="24" width="${x(until) - x(from)}" height="${bottom - 18}"/>`
        : '',
      site(operations, 'east'),
      site(operations, 'west'),
      chart(minutes),
    ].join(''),
  });
}

const most = 7;

/** What happens, in order: what the partition and its end bring about. */
export function events(result: Hour): string {
  const { operations, parameters, minutes } = result;
  const { from, length } = parameters;
  const told = ({ kind, site, outcome, handle }: Operation): string => {
    if (outcome === 'wrong')
      return kind === 'claim'
        ? `The ${site} promises handle ${handle + 1}, which the other site has promised to somebody else.`
        : `The ${site} is asked for the count, and what it says is out of date.`;
    return kind === 'claim'
      ? `The ${site} is asked for handle ${handle + 1}, and refuses.`
      : `The ${site} refuses ${{ message: 'a message', read: 'to mark one as read', ask: 'to say how many wait' }[kind]}.`;
  };
  const happened = operations
    .filter(({ outcome }) => outcome !== 'done')
    .map((operation) => ({ at: operation.at, text: told(operation) }));
  const shown = happened.slice(0, most);
  const { east, west, right: so } = minutes[from + length] ?? minutes.at(-1)!;
  const turns = [
    ...(length > 0 ? [{ at: from, text: 'The way between the sites breaks.' }] : []),
    ...(healed(result)
      ? [
          {
            at: from + length,
            text: `The way is there again. The east says ${east} and the west ${west}; right is ${so}.`,
          },
        ]
      : []),
  ];
  const rest = happened.length - shown.length;
  // Of what falls into the same minute, the turn comes first.
  const found = [...turns, ...shown].sort((one, other) => one.at - other.at);
  return entries(found) + (rest > 0 ? `<li>And ${several(rest, 'more such answer')}.</li>` : '');
}

/** The same hour for each choice, in words that fit a narrow screen. */
export function table(parameters: Parameters): string {
  const ways: readonly (readonly [string, Partial<Parameters>, (operation: Operation) => boolean])[] = [
    ['handles, one store', { handles: 'store' }, isClaim],
    ['handles, each site', { handles: 'copies' }, isClaim],
    ['counts, one store', { counts: 'store' }, isCount],
    ['counts, sets united', { counts: 'copies', merge: 'union' }, isCount],
    ['counts, newer kept', { counts: 'copies', merge: 'newest' }, isCount],
    ['counts, changes added', { counts: 'copies', merge: 'add' }, isCount],
  ];
  return tableOf(
    ['Kept as', 'said no', 'wrong', 'in the end'],
    ways.map(([words, choice, of]) => {
      const result = simulate({ ...parameters, ...choice });
      const owners = result.twice === 0 ? 'one owner each' : `${result.twice} with two`;
      const end = of === isClaim ? owners : rightInTheEnd(result) ? 'right' : 'wrong';
      return [words, outcomes(result, 'refused', of), outcomes(result, 'wrong', of), end];
    }),
  );
}
