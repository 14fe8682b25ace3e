/** The pipeline as it stands, its depth over the last minutes, and the minutes as a table. */
import { arrow, bucket, clock, label, lambda, queue, svg } from '../shapes.ts';
import { clockText, entries, several, tableOf } from '../words.ts';
import { count, type Minute, type State, threshold } from './model.ts';

const name = 'pipeline';
/** Minutes that the drawing has room for. */
const shown = 20;
const left = 34;
const width = 16;
const [top, bottom] = [126, 236];

/** How things stand, in words. */
export function describe(state: State): string {
  const { visible, inFlight } = count(state);
  const again = state.again > 0 ? `, ${state.again} of them again` : '';
  return (
    `${clockText(state.now)}: ${several(state.uploaded, 'document')} uploaded, ${visible} visible in the queue, ${inFlight} in flight, ` +
    `${several(state.results, 'result')} written${again}. The alarm is ${state.alarm} and has fired ${several(state.fired, 'time')}. ` +
    `${state.runs.length === 0 ? 'No function runs.' : `${several(state.runs.length, 'function')} running.`}`
  );
}

function stations(state: State): string {
  const { visible, inFlight } = count(state);
  const numbers = (x: number, ...lines: readonly string[]) => label({ x, y: 88 }, lines, { strong: true });
  const way = (from: number, to: number, dashed = false) =>
    arrow(
      name,
      [
        { x: from, y: 26 },
        { x: to, y: 26 },
      ],
      dashed,
    );
  return [
    bucket({ x: 6, y: 2 }, 'inbox'),
    numbers(30, String(state.uploaded)),
    way(56, 92),
    queue({ x: 96, y: 2 }),
    numbers(120, `${visible} visible`, `${inFlight} in flight`),
    way(148, 184, true),
    clock({ x: 188, y: 2 }, 'alarm'),
    numbers(212, state.alarm),
    way(240, 276),
    lambda({ x: 280, y: 2 }),
    numbers(304, state.runs.length > 0 ? 'runs' : 'rests', several(state.results, 'result')),
  ].join('');
}

function chart(minutes: readonly Minute[]): string {
  const last = minutes.slice(-shown);
  const most = Math.max(threshold * 1.2, ...last.map(({ visible }) => visible));
  const y = (depth: number): number => Math.round(bottom - (depth / most) * (bottom - top));
  const bars = last.map(({ visible, alarm, running, at }, index) => {
    const x = left + index * width + width / 2;
    const depth =
      visible > 0
        ? `<path class="${alarm === 'ALARM' ? 'depth over' : 'depth'}" d="M${x} ${bottom}V${y(visible)}"/>`
        : '';
    const run = running > 0 ? `<path class="fires" d="M${x - 8} ${bottom + 24}h16"/>` : '';
    return depth + run + (at % 300 === 0 ? label({ x, y: bottom + 16 }, [clockText(at)]) : '');
  });
  return [
    `<path class="tick" d="M${left} ${bottom}H356"/><path class="arrow dashed" d="M${left} ${y(threshold)}H356"/>`,
    label({ x: left - 4, y: y(threshold) + 5 }, [String(threshold)], { anchor: 'end' }),
    label({ x: left - 4, y: bottom + 28 }, ['runs'], { anchor: 'end' }),
    ...bars,
  ].join('');
}

export function drawing(state: State): string {
  return svg({
    name,
    width: 360,
    height: bottom + 34,
    title: 'From uploads to results, and the queue’s depth minute by minute',
    description: describe(state),
    body: stations(state) + chart(state.minutes),
  });
}

/** What happened last, the newest first. */
export const events = (state: State): string => entries(state.events.slice(-6).reverse());

export function table(state: State): string {
  return tableOf(
    ['Minute', 'visible', 'in flight', 'alarm', 'function', 'results'],
    state.minutes
      .slice(-shown)
      .map(({ at, visible, inFlight, alarm, running, results }) => [
        clockText(at),
        visible,
        inFlight,
        alarm,
        running > 0 ? 'runs' : '',
        results,
      ]),
  );
}
