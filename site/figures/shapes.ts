/**
 * The family of shapes that every figure of the book is drawn with. All strokes are `currentColor`: the drawing follows the
 * theme, forced colours and print. Lengths are in units of the drawing; text is never under 14 of them, so that a
 * figure 360 units wide can be read on a screen of 320 pixels.
 */
import { escapeHtml } from '../plugin/html.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Drawing {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** The whole content in sentences, for those who do not see it. */
  readonly description: string;
  readonly body: string;
}

/** An `<svg>` that says what it shows. */
export function svg({ name, width, height, title, description, body }: Drawing): string {
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${name}-title ${name}-words">` +
    `<title id="${name}-title">${escapeHtml(title)}</title><desc id="${name}-words">${escapeHtml(description)}</desc>` +
    `<defs><marker id="${name}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">` +
    `<path d="M0 0 8 4 0 8z"/></marker></defs>${body}</svg>`
  );
}

interface LabelOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly strong?: boolean;
}

/** Lines of text, the first on `at`. */
export function label(
  at: Point,
  lines: readonly string[],
  { anchor = 'middle', strong = false }: LabelOptions = {},
): string {
  const spans = lines
    .map((text, i) => `<tspan x="${at.x}"${i > 0 ? ' dy="17"' : ''}>${escapeHtml(text)}</tspan>`)
    .join('');
  return `<text y="${at.y}" text-anchor="${anchor}"${strong ? ' class="strong"' : ''}>${spans}</text>`;
}

/** A line through points with a tip at its end; `dashed` for what happens inside the service, unseen. */
export function arrow(name: string, points: readonly Point[], dashed = false): string {
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return `<path class="arrow${dashed ? ' dashed' : ''}" d="${path}" marker-end="url(#${name}-tip)"/>`;
}

/** A state: a box with its name and what happens in it. */
export function state(
  at: Point,
  width: number,
  height: number,
  title: string,
  words: string,
  look: 'plain' | 'busy' | 'still',
): string {
  const middle = at.x + width / 2;
  return (
    `<rect class="box ${look}" x="${at.x}" y="${at.y}" width="${width}" height="${height}" rx="8"/>` +
    label({ x: middle, y: at.y + height / 2 - 5 }, [title], { strong: true }) +
    label({ x: middle, y: at.y + height / 2 + 15 }, [words])
  );
}

/** A frame around what one service does by itself. */
export function frame(at: Point, width: number, height: number, words: string): string {
  return (
    `<rect class="box still" x="${at.x}" y="${at.y}" width="${width}" height="${height}" rx="8"/>` +
    label({ x: at.x + width / 2, y: at.y + height - 10 }, [words])
  );
}

/** Shapes are 48 × 48, placed by their upper left corner, with a name under them. */
function shape(at: Point, drawing: string, name: string): string {
  return `<g class="shape" transform="translate(${at.x} ${at.y})">${drawing}</g>${label({ x: at.x + 24, y: at.y + 66 }, [name])}`;
}

export const bucket = (at: Point, name = 'bucket'): string =>
  shape(at, '<ellipse cx="24" cy="11" rx="18" ry="6"/><path d="M6 11 11 41c3 5 23 5 26 0L42 11"/>', name);

export const queue = (at: Point, name = 'queue'): string =>
  shape(at, '<path d="M2 12H46M2 36H46M10 18V30M20 18V30M30 18V30M40 18V30"/>', name);

export const lambda = (at: Point, name = 'function'): string =>
  shape(
    at,
    '<rect x="4" y="4" width="40" height="40" rx="8"/><path d="M30 14c-6-3-9 1-9 6v12c0 4-3 6-7 4M15 23H29"/>',
    name,
  );

export const person = (at: Point, name = 'caller'): string =>
  shape(at, '<circle cx="24" cy="14" r="9"/><path d="M6 44c1-12 8-17 18-17s17 5 18 17"/>', name);

export const clock = (at: Point, name = 'clock'): string =>
  shape(at, '<circle cx="24" cy="24" r="19"/><path d="M24 12V24L32 30"/>', name);

/** A figure: the drawing, its caption, and its content as text for everybody who prefers that. */
export function figure(
  drawings: readonly { readonly drawing: Drawing; readonly beside?: string }[],
  caption: string,
): string {
  const parts = drawings.map(({ drawing, beside }) => {
    const words = beside === undefined ? '' : `<p>${escapeHtml(beside)}</p>`;
    return `<div class="panel">${svg(drawing)}${words}</div>`;
  });
  const text = drawings.map(({ drawing }) => `<p>${escapeHtml(drawing.description)}</p>`).join('');
  return (
    `<figure class="drawing">${parts.join('')}<figcaption>${escapeHtml(caption)}</figcaption>` +
    `<details><summary>The figure in words</summary>${text}</details></figure>\n`
  );
}
