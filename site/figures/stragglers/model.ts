/**
 * Files of different sizes that some workers read, shared out in one of several ways. Pure: the drawing, the table, the
 * goals and the tests all ask `simulate`. Times are in minutes; a file of size 1 takes a minute, on a worker that is not slow.
 */
import type { Goal } from '../goals.ts';
import { seeded } from '../random.ts';
import { several } from '../words.ts';

/**
 * Equal counts, the first files to the first worker (split) or dealt in turn (dealt); or each worker takes the next file
 * when it is free: by name (taken), the largest first (longest), and, when none is left, a copy of one that another is
 * at (copies).
 */
export type Way = 'split' | 'dealt' | 'taken' | 'longest' | 'copies';

export interface Parameters {
  readonly seed: number;
  readonly files: number;
  /** Size of the largest file. 1: all are alike. */
  readonly largest: number;
  readonly workers: number;
  /** How many times as long worker 1 takes for a file as another does. */
  readonly slow: number;
  readonly way: Way;
}

export interface Piece {
  readonly file: number;
  readonly worker: number;
  readonly from: number;
  /** When it is done, or given up. */
  readonly to: number;
  readonly copy: boolean;
  /** Given up: the other one was done first. */
  readonly vain: boolean;
}

export interface Run {
  readonly parameters: Parameters;
  readonly sizes: readonly number[];
  readonly pieces: readonly Piece[];
  readonly makespan: number;
  /** What longest first takes with these files and these workers. */
  readonly bound: number;
  /** The share of the workers' time in which they have nothing to do. */
  readonly idle: number;
  /** Minutes of work on copies that came second. */
  readonly wasted: number;
}

export const defaults: Parameters = { seed: 13, files: 18, largest: 20, workers: 3, slow: 1, way: 'split' };
/** How many times as long as longest first a good plan may take. */
export const tolerance = 1.3;

/** By name: names do not tell sizes. Most files are small. */
export function sizesOf({ seed, files, largest }: Parameters): number[] {
  const random = seeded(seed);
  const place = Math.floor(random() * files);
  return Array.from({ length: files }, (_, index) => {
    const drawn = 1 + Math.round((largest - 1) * random() ** 4 * 2) / 2;
    return index === place ? largest : drawn;
  });
}

type Draft = { -readonly [Key in keyof Piece]: Piece[Key] };

export function simulate(parameters: Parameters): Run {
  const sizes = sizesOf(parameters);
  const { workers, way } = parameters;
  const pieces = shared(parameters, sizes);
  if (way === 'copies') copy(parameters, sizes, pieces);
  const makespan = Math.max(...pieces.map(({ to }) => to));
  const bound = way === 'longest' ? makespan : simulate({ ...parameters, way: 'longest' }).makespan;
  return {
    parameters,
    sizes,
    pieces,
    makespan,
    bound,
    idle: 1 - total(pieces) / (workers * makespan),
    wasted: total(pieces.filter(({ vain }) => vain)),
  };
}

const total = (pieces: readonly Piece[]): number => pieces.reduce((sum, { from, to }) => sum + to - from, 0);

const takes = ({ slow }: Parameters, worker: number, size: number): number => size * (worker === 0 ? slow : 1);

/** Each file read once. */
function shared(parameters: Parameters, sizes: readonly number[]): Draft[] {
  const { files, workers, way } = parameters;
  const order = [...sizes.keys()];
  if (way === 'longest' || way === 'copies') order.sort((one, other) => sizes[other]! - sizes[one]!);
  const fixed = (file: number): number =>
    way === 'split' ? Math.ceil(((file + 1) * workers) / files) - 1 : file % workers;
  const free = Array.from({ length: workers }, () => 0);
  return order.map((file) => {
    const worker = way === 'split' || way === 'dealt' ? fixed(file) : free.indexOf(Math.min(...free));
    const from = free[worker]!;
    const to = from + takes(parameters, worker, sizes[file]!);
    free[worker] = to;
    return { file, worker, from, to, copy: false, vain: false };
  });
}

/** Whoever has nothing more to do begins a copy of what another has been at for longest; the first that is done ends both. */
function copy(parameters: Parameters, sizes: readonly number[], pieces: Draft[]): void {
  const free = new Map(
    Array.from({ length: parameters.workers }, (_, worker) => [
      worker,
      Math.max(0, ...pieces.filter((piece) => piece.worker === worker).map(({ to }) => to)),
    ]),
  );
  while (free.size > 0) {
    const [worker, now] = [...free].reduce((one, other) => (other[1] < one[1] ? other : one));
    const [other] = pieces
      .filter(({ file, from, to }) => from <= now && now < to && pieces.filter((one) => one.file === file).length === 1)
      .sort((one, two) => one.from - two.from);
    if (!other) {
      free.delete(worker);
      continue;
    }
    const own = now + takes(parameters, worker, sizes[other.file]!);
    const to = Math.min(other.to, own);
    other.vain = own < other.to;
    other.to = to;
    pieces.push({ file: other.file, worker, from: now, to, copy: true, vain: !other.vain });
    free.set(worker, to);
    if (free.has(other.worker)) free.set(other.worker, to);
  }
}

export const minutesText = (minutes: number): string => `${Math.round(minutes * 10) / 10} min`;
export const percentText = (share: number): string => `${Math.round(share * 100)}\u00a0%`;
export const ratioText = ({ makespan, bound }: Run): string => (makespan / bound).toFixed(2);

/** What the run shows, in words. */
export function describe(run: Run): string {
  const { sizes, parameters, makespan, idle, wasted } = run;
  const work = sizes.reduce((sum, size) => sum + size, 0);
  return (
    `${several(sizes.length, 'file')}, ${minutesText(work)} of work, ${several(parameters.workers, 'worker')}: ` +
    `the last is done after ${minutesText(makespan)}, ${ratioText(run)} times what longest first takes. ` +
    `Workers are idle for ${percentText(idle)} of that time.` +
    `${wasted > 0 ? ` ${minutesText(wasted)} of work were for copies that came second.` : ''}`
  );
}

export const goals: readonly Goal<Run>[] = [
  {
    text: `On three equal machines or more, stay within ${tolerance} of longest first with a fixed split.`,
    met: ({ parameters: { way, workers, slow }, makespan, bound }) =>
      way === 'split' && workers >= 3 && slow === 1 && makespan <= tolerance * bound,
  },
  {
    text: 'Longest first: take so many workers that one fewer would be as fast.',
    met: ({ parameters, makespan }) =>
      parameters.way === 'longest' &&
      makespan === simulate({ ...parameters, workers: parameters.workers - 1 }).makespan,
  },
  {
    text: 'Have copies cost work and make nothing shorter.',
    met: ({ wasted, makespan, bound }) => wasted > 0 && makespan >= bound,
  },
  {
    text: 'Have a copy make the run shorter than longest first is without copies.',
    met: ({ parameters: { way }, makespan, bound }) => way === 'copies' && makespan < bound,
  },
];
