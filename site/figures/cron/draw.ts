/** The year as a drawing, its firings and its months as tables: the build prints all of them, the browser draws again. */
import { escapeHtml } from '../../plugin/html.ts';
import { label, svg } from '../shapes.ts';
import { type Change, day, dayOf, firingsFrom, type Year, year } from './model.ts';
import { changeText, dayText, describe, gapText, momentText, timeText, wallText } from './words.ts';

const left = 40;
const top = 24;
const cell = 10.3;
const row = 19;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Firings listed below the drawing. */
export const listed = 6;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Upper middle of a day's cell. */
function placeOf(index: number): Place {
  const date = new Date(Date.UTC(year, 0, 1) + index * day);
  return { x: Math.round((left + (date.getUTCDate() - 0.5) * cell) * 10) / 10, y: top + date.getUTCMonth() * row };
}

const bar = ({ x, y }: Place): string => `M${x} ${y}v12`;
const dot = ({ x, y }: Place): string => `M${x} ${y + 5}v2`;
const cross = ({ x, y }: Place): string => `M${x - 4} ${y + 2}l8 8m-8 0l8-8`;
const pair = ({ x, y }: Place): string => `M${x - 2.5} ${y}v12m5-12v12`;

function mark({ kind, times }: Change, firings: number, place: Place): string {
  const [look, shape] =
    times.length > 0 ? ['mark', kind === 'skipped' ? cross : pair] : firings > 0 ? ['fires', bar] : ['rests', dot];
  return path(look, shape(place));
}

const path = (look: string, d: string): string => `<path class="${look}" d="${d}"/>`;

const around = ({ x, y }: Place, look: string): string =>
  `<rect class="${look}" x="${x - 6}" y="${y - 2.5}" width="12" height="17"/>`;

/** What the signs mean. Drawn by the build alone: no knob changes it, so no reader needs to load it. */
export function legend(): string {
  const entry = (x: number, y: number, text: string, sign: (place: Place) => string): string =>
    `${sign({ x, y })}${label({ x: x + 14, y: y + 11 }, [text], { anchor: 'start' })}`;
  return (
    '<svg viewBox="0 0 366 46" aria-hidden="true">' +
    entry(46, 4, 'fires', (place) => path('fires', bar(place))) +
    entry(118, 4, 'does not', (place) => path('rests', dot(place))) +
    entry(212, 4, 'clock changes', (place) => around(place, 'change')) +
    entry(46, 26, 'its time is skipped', (place) => path('mark', cross(place))) +
    entry(212, 26, 'comes twice', (place) => path('mark', pair(place))) +
    '</svg>'
  );
}

export function drawing(result: Year, from: number): string {
  const special = new Map(result.changes.map((change) => [dayOf(change.from), change]));
  const plain = [...result.days.entries()].filter(([index]) => !special.has(index));
  const all = (shape: (place: Place) => string, fires: boolean): string =>
    plain.map(([index, firings]) => (firings > 0 === fires ? shape(placeOf(index)) : '')).join('');
  return svg({
    name: 'cron',
    width: 366,
    height: top + months.length * row,
    title: `The schedule's days in ${year}`,
    description: describe(result),
    body: [
      ...months.map((name, index) => label({ x: 0, y: top + index * row + 11 }, [name], { anchor: 'start' })),
      ...[1, 8, 15, 22, 29].map((date) => label({ x: placeOf(date - 1).x, y: 14 }, [`${date}`])),
      path('fires', all(bar, true)),
      path('rests', all(dot, false)),
      ...[...special].map(
        ([index, change]) => mark(change, result.days[index]!, placeOf(index)) + around(placeOf(index), 'change'),
      ),
      around(placeOf(from), 'chosen'),
    ].join(''),
  });
}

/** What the clock's changes do, as entries of a list. */
export function changes(result: Year): string {
  if (result.changes.length === 0) return '<li>Clocks there do not change.</li>';
  return result.changes
    .map(
      (change) => `<li><strong>${dayText(dayOf(change.from))}:</strong> ${escapeHtml(changeText(result, change))}</li>`,
    )
    .join('');
}

const head = (...names: readonly string[]): string =>
  `<thead><tr>${names.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr></thead>`;

/** The first firings from a day on. */
export function firings(result: Year, from: number): string {
  const rows = firingsFrom(result, from, listed).map(
    ({ at, wall, gap }) =>
      `<tr><td>${wallText(wall)}</td><td>${momentText(at)}</td><td>${gap === undefined ? '' : gapText(gap)}</td></tr>`,
  );
  return `<table>${head('On the wall', 'In UTC', 'After')}<tbody>${rows.join('')}</tbody></table>`;
}

/** The months: the days on which it fires, and how often. */
export function table(result: Year): string {
  const rows = months.map((name, month) => {
    const first = dayOf(Date.UTC(year, month, 1));
    const days = result.days.slice(first, dayOf(Date.UTC(year, month + 1, 1)));
    const sum = days.reduce((all, count) => all + count, 0);
    return `<tr><th scope="row">${name}</th><td>${ranges(days)}</td><td>${sum}</td></tr>`;
  });
  return `<table>${head(String(year), 'fires on', 'firings')}<tbody>${rows.join('')}</tbody></table>`;
}

/** `1–5, 8`: the days whose count is not 0. */
export function ranges(counts: readonly number[]): string {
  const found: [number, number][] = [];
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const last = found.at(-1);
    if (last && last[1] === index) last[1] = index + 1;
    else found.push([index + 1, index + 1]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ') || 'none';
}

/** What the knob for the first listed day says. */
export function dayWords(result: Year, from: number): string {
  const [next] = firingsFrom(result, from, 1);
  return `${dayText(from)}; ${next ? `the next firing is ${wallText(next.wall)}, ${timeText(next.at)} in UTC` : 'no firing follows'}`;
}
