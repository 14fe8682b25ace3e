/** The run as rows of time, one for each worker, and what each way would come to as a table. */
import { label, svg } from '../shapes.ts';
import { tableOf } from '../words.ts';
import {
  describe,
  minutesText,
  type Parameters,
  type Piece,
  percentText,
  type Run,
  ratioText,
  simulate,
  tolerance,
  type Way,
} from './model.ts';

const name = 'stragglers';
const left = 22;
const right = 352;
const top = 26;
const rowHeight = 26;

export const ways: readonly (readonly [Way, string])[] = [
  ['split', 'fixed split, by name'],
  ['dealt', 'dealt in turn'],
  ['taken', 'taken when free, by name'],
  ['longest', 'taken when free, longest first'],
  ['copies', 'longest first, then copies'],
];

const all = (parameters: Parameters): Run[] => ways.map(([way]) => simulate({ ...parameters, way }));

/** What the signs mean. Drawn by the build alone: no knob changes it, so no reader needs to load it. */
export function legend(): string {
  const word = (x: number, text: string): string => label({ x, y: 15 }, [text], { anchor: 'start' });
  return (
    '<svg viewBox="0 0 360 22" aria-hidden="true">' +
    `<rect class="phase invoke" x="2" y="2" width="22" height="16"/>${word(30, 'a file')}` +
    `<rect class="phase init" x="82" y="2" width="22" height="16"/>${word(110, 'the largest')}` +
    `<rect class="phase frozen" x="200" y="2" width="22" height="16"/>${word(228, 'a copy')}` +
    '</svg>'
  );
}

export function drawing(run: Run): string {
  const { parameters, pieces, sizes, makespan, bound } = run;
  // One scale for all ways, so that they can be compared.
  const longest = Math.max(...all(parameters).map((one) => one.makespan));
  const x = (minutes: number): number => Math.round((left + (minutes / longest) * (right - left)) * 10) / 10;
  const bottom = top + parameters.workers * rowHeight;
  const large = sizes.indexOf(Math.max(...sizes));
  const bar = ({ worker, file, from, to, copy }: Piece): string =>
    `<rect class="phase ${copy ? 'frozen' : file === large ? 'init' : 'invoke'}" x="${x(from)}" y="${top + worker * rowHeight}" width="${Math.max(1, Math.round((x(to) - x(from)) * 10) / 10)}" height="18"/>`;
  const limit = bound * tolerance;
  return svg({
    name,
    width: 360,
    height: bottom + 24,
    title: 'What each worker reads, from the first minute to the last',
    description: describe(run),
    body: [
      ...Array.from({ length: parameters.workers }, (_, worker) =>
        label({ x: 8, y: top + worker * rowHeight + 14 }, [String(worker + 1)], { strong: true }),
      ),
      ...pieces.map(bar),
      `<path class="arrow dashed" d="M${x(bound)} ${top - 6}V${bottom}"/>`,
      label({ x: x(bound), y: 14 }, [`longest first: ${minutesText(bound)}`], {
        anchor: x(bound) > 180 ? 'end' : 'start',
      }),
      limit < longest ? `<path class="tick" d="M${x(limit)} ${top - 6}V${bottom}"/>` : '',
      `<path class="change" d="M${x(makespan)} ${bottom - 2}v8"/>`,
      label({ x: x(makespan), y: bottom + 19 }, [minutesText(makespan)], {
        anchor: x(makespan) > 300 ? 'end' : 'middle',
        strong: true,
      }),
    ].join(''),
  });
}

/** The same files and workers, shared out in each way. */
export function table(parameters: Parameters): string {
  return tableOf(
    ['Way', 'minutes', 'ratio', 'idle', 'in vain'],
    all(parameters).map((run, index) => [
      ways[index]![1],
      run.makespan,
      ratioText(run),
      percentText(run.idle),
      run.wasted,
    ]),
  );
}
