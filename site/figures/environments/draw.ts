/** The minute as a drawing and as a table: the build prints both, the browser draws again when a knob is turned. */
import { label, svg } from '../shapes.ts';
import { tableOf } from '../words.ts';
import { describe, type Minute, minute, type Phase } from './model.ts';

const left = 26;
const right = 350;
const top = 30;
const rowHeight = 30;
const legendHeight = 58;

/** Environments are called A, B, C, …, Z, AA, …: letters, so that nobody takes them for an order. */
export function nameOf(environment: number): string {
  const letter = String.fromCharCode(65 + (environment % 26));
  return environment < 26 ? letter : nameOf(Math.floor(environment / 26) - 1) + letter;
}

const x = (seconds: number): number =>
  Math.round((left + (Math.min(seconds, minute) / minute) * (right - left)) * 10) / 10;

function bar({ kind, from, to }: Phase, y: number): string {
  if (from >= minute) return '';
  if (kind === 'frozen') return `<path class="phase frozen" d="M${x(from)} ${y + 9}H${x(to)}"/>`;
  return `<rect class="phase ${kind}" x="${x(from)}" y="${y}" width="${Math.max(1, x(to) - x(from))}" height="18"/>`;
}

function legend(y: number): string {
  return (
    bar({ kind: 'init', from: 0, to: 3 }, y) +
    label({ x: left + 24, y: y + 14 }, ['INIT'], { anchor: 'start' }) +
    bar({ kind: 'invoke', from: 17, to: 20 }, y) +
    label({ x: x(20) + 8, y: y + 14 }, ['INVOKE'], { anchor: 'start' }) +
    bar({ kind: 'frozen', from: 38, to: 42 }, y) +
    label({ x: x(42) + 8, y: y + 14 }, ['frozen'], { anchor: 'start' })
  );
}

export function drawing(result: Minute): string {
  const bottom = top + result.environments.length * rowHeight;
  const ticks = [0, 10, 20, 30, 40, 50, 60].map(
    (second) =>
      `<path class="tick" d="M${x(second)} ${top - 8}V${bottom}"/>${label({ x: x(second), y: 15 }, [String(second)])}`,
  );
  const rows = result.environments.map(
    ({ phases }, index) =>
      label({ x: 10, y: top + index * rowHeight + 14 }, [nameOf(index)], { strong: true }) +
      phases.map((phase) => bar(phase, top + index * rowHeight)).join(''),
  );
  return svg({
    name: 'environments',
    width: 360,
    height: bottom + legendHeight,
    title: 'Execution environments over one minute',
    description: describe(result),
    body:
      ticks.join('') +
      rows.join('') +
      label({ x: right, y: bottom + 16 }, ['seconds'], { anchor: 'end' }) +
      legend(bottom + 30),
  });
}

const seconds = (value: number): string => value.toFixed(1);

export function table({ requests }: Minute): string {
  return tableOf(
    ['Request', 'arrives (s)', 'environment', 'start', 'waits (s)', 'answered (s)'],
    requests.map(({ at, environment, cold, start, end }, index) => [
      index + 1,
      seconds(at),
      nameOf(environment),
      cold ? 'cold' : 'warm',
      seconds(start - at),
      seconds(end),
    ]),
  );
}
