/** The night as a drawing, its events as a list, and what each way would come to as a table. */
import { label, svg } from '../shapes.ts';
import { clockText, entries, several, tableOf } from '../words.ts';
import {
  allowed,
  type Call,
  describe,
  failed,
  failureText,
  type Night,
  night,
  type Parameters,
  refusing,
  simulate,
  type Way,
} from './model.ts';

const name = 'credentials';
const left = 48;
const right = 352;
const rows = { sts: 34, keys: 66, calls: 118 };

export const ways: readonly (readonly [Way, string])[] = [
  ['copied', 'copies its keys once'],
  ['refused', 'renews when refused'],
  ['eager', 'renews ahead, throws if STS refuses'],
  ['ahead', 'renews ahead, keeps the old ones'],
];

const x = (minutes: number): number =>
  Math.round((left + (Math.min(minutes, night) / night) * (right - left)) * 10) / 10;
const all = (look: string, places: readonly number[], shape: (x: number) => string): string =>
  places.length === 0 ? '' : `<path class="${look}" d="${places.map((place) => shape(x(place))).join('')}"/>`;
const cross = (y: number) => (place: number) => `M${place - 4} ${y}l8 8m-8 0l8-8`;

/** Keys in use until they are replaced, and after that for as long as they would hold. In two rows, as they overlap. */
function keys({ sessions }: Night): string {
  return sessions
    .map(({ from, to }, index) => {
      const y = rows.keys + (index % 2) * 20;
      const used = Math.min(to, sessions[index + 1]?.from ?? night);
      return (
        `<rect class="phase invoke" x="${x(from)}" y="${y}" width="${Math.max(1, x(used) - x(from))}" height="14"/>` +
        (used < Math.min(to, night) ? `<path class="phase frozen" d="M${x(used)} ${y + 7}H${x(to)}"/>` : '')
      );
    })
    .join('');
}

function firstFailure(result: Night): string {
  const [first] = failed(result);
  if (!first) return label({ x: left, y: 158 }, ['no call fails'], { anchor: 'start', strong: true });
  const place = x(first.at);
  return (
    `<path class="change" d="M${place} ${rows.calls + 14}v12"/>` +
    label({ x: place, y: 158 }, [failureText(first)], {
      anchor: first.at > night / 2 ? 'end' : 'start',
      strong: true,
    })
  );
}

/** What the signs mean. Drawn by the build alone: no knob changes it, so no reader needs to load it. */
export function legend(): string {
  const word = (at: number, y: number, text: string): string => label({ x: at, y }, [text], { anchor: 'start' });
  return (
    '<svg viewBox="0 0 360 46" aria-hidden="true">' +
    `<path class="fires" d="M8 4v12"/>${word(18, 15, 'granted, done')}` +
    `<path class="mark" d="${cross(6)(138)}"/>${word(148, 15, 'refused, failed')}` +
    `<rect class="change" x="266" y="3" width="14" height="14"/>${word(286, 15, 'outage')}` +
    `<rect class="phase invoke" x="2" y="28" width="30" height="14"/>${word(40, 40, 'keys in use')}` +
    `<path class="phase frozen" d="M134 35h30"/>${word(172, 40, 'replaced, would still hold')}` +
    '</svg>'
  );
}

export function drawing(result: Night): string {
  const { parameters, asks, calls } = result;
  const { outage } = parameters;
  const at = (list: readonly { readonly at: number }[]): number[] => list.map((one) => one.at);
  return svg({
    name,
    width: 360,
    height: 164,
    title: 'Asking for keys, holding them and working with them, for three hours',
    description: describe(result),
    body: [
      ...[0, 60, 120, 180].map(
        (minute) =>
          `<path class="tick" d="M${x(minute)} 22V134"/>` +
          label({ x: x(minute), y: 15 }, [clockText(minute)], { anchor: minute === night ? 'end' : 'middle' }),
      ),
      ...Object.entries({ STS: rows.sts + 13, keys: rows.keys + 21, calls: rows.calls + 11 }).map(([text, y]) =>
        label({ x: 0, y }, [text], { anchor: 'start' }),
      ),
      outage > 0
        ? `<rect class="change" x="${x(outage)}" y="${rows.sts - 4}" width="${x(outage + refusing) - x(outage)}" height="24"/>`
        : '',
      all('fires', at(asks.filter(({ granted }) => granted)), (place) => `M${place} ${rows.sts + 1}v14`),
      all('mark', at(asks.filter(({ granted }) => !granted)), cross(rows.sts + 4)),
      keys(result),
      all('rests', at(calls.filter(({ outcome }) => outcome === 'done')), (place) => `M${place} ${rows.calls}v12`),
      all('mark', at(failed(result)), cross(rows.calls + 2)),
      firstFailure(result),
    ].join(''),
  });
}

const most = 7;

/** What happens, in order: each change for better or worse. */
export function events(result: Night): string {
  const { asks, sessions, calls, parameters } = result;
  const turns = (outcome: Call['outcome'], text: string) =>
    calls
      .filter((call, index) => call.outcome === outcome && (calls[index - 1]?.outcome ?? 'done') !== outcome)
      .map(({ at }) => ({ at, text }));
  const refusals = asks.filter(({ granted }, index) => !granted && asks[index - 1]?.granted !== false);
  const refusal = allowed(parameters) ? 'STS refuses for the time being.' : 'STS refuses a session of this length.';
  // Of what falls into the same minute, causes come first.
  const found = [
    ...turns('expired', 'A call fails: ExpiredToken.'),
    ...refusals.map(({ at }) => ({ at, text: refusal })),
    ...sessions.map(({ from, to }) => ({ at: from, text: `STS gives keys that hold until ${clockText(to)}.` })),
    ...turns('without', 'A call is not made: it was given no keys.'),
    ...turns('done', 'Calls are done again.'),
  ].sort((one, other) => one.at - other.at);
  const rest = found.length - most;
  return entries(found.slice(0, most)) + (rest > 0 ? `<li>And ${several(rest, 'more such moment')}.</li>` : '');
}

/** The same night for each way. */
export function table(parameters: Parameters): string {
  return tableOf(
    ['A program that', 'first failure', 'calls that fail', 'asks STS'],
    ways.map(([way, words]) => {
      const result = simulate({ ...parameters, way });
      const lost = failed(result);
      return [
        words,
        lost[0] ? failureText(lost[0]) : 'none',
        `${lost.length} of ${result.calls.length}`,
        result.asks.length,
      ];
    }),
  );
}
