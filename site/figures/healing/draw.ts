/** Bunches, files and leases as a board, workers as rows of time, and the files as a table. */
import { label, svg } from '../shapes.ts';
import { clockText, entries, several, tableOf } from '../words.ts';
import { alive, bunches, count, type File, perBunch, type State, type Worker } from './model.ts';

const name = 'healing';
const board = { top: 22, row: 30, left: 26, cell: 56 };
const rows = { top: board.top + bunches * board.row + 34, row: 26, most: 6 };
const left = 26;
/** Seconds that are drawn, of which the last are left free for a word. */
const shown = 120;
const free = 36;
const perSecond = (356 - left) / shown;

/** What a worker is at. */
function doing({ life, frozen, job }: Worker, files: readonly File[]): string {
  if (frozen && (life === 'boots' || life === 'works')) return 'frozen';
  if (life !== 'works') return life;
  return job ? `reads ${files[job.files[0]!]!.name}` : 'sleeps';
}

/** How things stand, in words. */
export function describe(state: State): string {
  const { files, workers, refused, overwritten, now } = state;
  const { committed, readings } = count(state);
  const crew = workers.filter((one) => one.life !== 'replaced').map((one) => `${one.name} ${doing(one, files)}`);
  return (
    `${clockText(now)}: ${committed} of ${files.length} files are committed, ${several(readings, 'reading was', 'readings were')} begun` +
    `${refused > 0 ? `, ${several(refused, 'late commit was', 'late commits were')} refused` : ''}` +
    `${overwritten > 0 ? `, ${several(overwritten, 'result was', 'results were')} written twice` : ''}. ${crew.join(', ')}.`
  );
}

function cell(state: State, index: number): string {
  const { done } = state.files[index]!;
  const at = workersAt(state, index);
  const [x, y] = [board.left + (index % perBunch) * board.cell, board.top + Math.floor(index / perBunch) * board.row];
  const look = done ? 'busy' : at.length > 0 ? '' : 'still';
  // Who is at a file that is done does not know it yet.
  const text = [done ? `${done.by} ✓` : '', at.join(' ')].filter((part) => part !== '').join(' ');
  return (
    `<rect class="box ${look}" x="${x}" y="${y}" width="${board.cell - 8}" height="24" rx="4"/>` +
    label({ x: x + board.cell / 2 - 4, y: y + 17 }, [text])
  );
}

const workersAt = ({ workers }: State, index: number): string[] =>
  workers.filter((one) => alive(one) && one.job?.files[0] === index).map((one) => one.name);

function leaseText({ files, leases, now }: State, bunch: number): string {
  if (files.slice(bunch * perBunch, (bunch + 1) * perBunch).every(({ done }) => done)) return 'done';
  const lease = leases[bunch];
  if (!lease) return 'free';
  return `${lease.holder}, ${lease.token}, ${lease.until > now ? `until ${clockText(lease.until)}` : 'run out'}`;
}

/** A row: stretches of the same letter of its track, its commits, and a word at its end. */
function row(state: State, one: Worker, y: number, from: number): string {
  const x = (second: number): number => Math.round((left + (second - from) * perSecond) * 10) / 10;
  const parts = [...one.track.matchAll(/(.)\1*/g)].flatMap(({ 0: { length }, 1: letter, index }) => {
    const [start, end] = [Math.max(from, one.launched + index), one.launched + index + length];
    if (end <= from) return [];
    if (letter === 'r')
      return `<rect class="phase invoke" x="${x(start)}" y="${y}" width="${Math.max(1, x(end) - x(start))}" height="16"/>`;
    return `<path class="${letter === 'f' ? 'phase frozen' : 'tick'}" d="M${x(start)} ${y + 8}H${x(end)}"/>`;
  });
  const marks = state.marks
    .filter(({ worker, at }) => worker === one.name && at >= from)
    .map(({ at, kind }) =>
      kind === 'commit'
        ? `<path class="phase" d="M${x(at)} ${y - 3}v22"/>`
        : `<path class="mark" d="M${x(at) - 5} ${y + 3}l10 10m-10 0l10-10"/>`,
    );
  const end = Math.max(from, one.launched + one.track.length);
  return (
    label({ x: 8, y: y + 13 }, [one.name], { strong: true }) +
    parts.join('') +
    marks.join('') +
    label({ x: x(end) + 8, y: y + 13 }, [doing(one, state.files)], { anchor: 'start' })
  );
}

/** What the signs mean. Drawn by the build alone: no knob changes it, so no reader needs to load it. */
export function legend(): string {
  const word = (x: number, text: string): string => label({ x, y: 15 }, [text], { anchor: 'start' });
  return (
    '<svg viewBox="0 0 360 22" aria-hidden="true">' +
    `<rect class="phase invoke" x="2" y="2" width="26" height="16"/>${word(34, 'reads')}` +
    `<path class="phase" d="M88 0v20"/>${word(96, 'commits')}` +
    `<path class="mark" d="M168 5l10 10m-10 0l10-10"/>${word(186, 'too late')}` +
    `<path class="phase frozen" d="M256 10h26"/>${word(290, 'frozen')}` +
    '</svg>'
  );
}

export function drawing(state: State): string {
  const from = Math.max(0, state.now - shown + free);
  const crew = state.workers.slice(-rows.most);
  const bottom = rows.top + crew.length * rows.row;
  const seconds = Array.from({ length: 4 }, (_, index) => Math.ceil(from / 30) * 30 + index * 30);
  return svg({
    name,
    width: 360,
    height: bottom,
    title: 'Files in bunches with their leases, and what the workers do',
    description: describe(state),
    body: [
      label({ x: board.left, y: 13 }, ['files'], { anchor: 'start' }),
      label({ x: 200, y: 13 }, ['lease: holder, token'], { anchor: 'start' }),
      ...state.files.map((_, index) => cell(state, index)),
      ...state.leases.map((_, bunch) => {
        const y = board.top + bunch * board.row + 17;
        return (
          label({ x: 8, y }, [String(bunch + 1)], { strong: true }) +
          label({ x: 200, y }, [leaseText(state, bunch)], { anchor: 'start' })
        );
      }),
      ...seconds.map((second) => {
        const x = left + (second - from) * perSecond;
        return x > 350
          ? ''
          : `<path class="tick" d="M${x} ${rows.top - 8}V${bottom}"/>${label({ x, y: rows.top - 13 }, [clockText(second)])}`;
      }),
      ...crew.map((one, index) => row(state, one, rows.top + index * rows.row, from)),
    ].join(''),
  });
}

/** What happened last, the newest first. */
export const events = (state: State): string => entries(state.events.slice(-6).reverse());

export function table({ files }: State): string {
  return tableOf(
    ['File', 'read by', 'committed by', 'at'],
    files.map(({ name, readers, done }) => [
      name,
      readers.join(', '),
      done?.by ?? 'nobody',
      done ? clockText(done.at) : '',
    ]),
  );
}
