/**
 * The controls of a figure as they stand in the page: out of use until the figure's script takes them in hand, by their
 * names. They take their room from the start, so that nothing moves when a figure comes alive; without scripts the style
 * sheet leaves them out.
 */
import { escapeHtml } from '../plugin/html.ts';
import type { Goal } from './goals.ts';

/** What a slider shows beside it, by its name. */
export type Shown<Name extends string> = Readonly<Record<Name, (value: number) => string>>;

export interface Controls {
  readonly title: string;
  /** What `slider`, `choice` and `writing` print. */
  readonly rows: readonly string[];
  /** Labels by name. */
  readonly buttons: Readonly<Record<string, string>>;
  readonly goals: readonly Pick<Goal<never>, 'text'>[];
}

export function controls({ title, rows, buttons, goals }: Controls): string {
  const pressed = Object.entries(buttons).map(
    ([name, label]) => `<button type="button" name="${name}">${escapeHtml(label)}</button>`,
  );
  return (
    `<fieldset class="controls" disabled><legend>${escapeHtml(title)}</legend>${rows.join('')}` +
    `<div class="buttons">${pressed.join('')}</div>` +
    `<ul class="tasks">${goals.map(({ text }) => `<li>${escapeHtml(taskText(text, false))}</li>`).join('')}</ul></fieldset>`
  );
}

export const taskText = (text: string, done: boolean): string => `${done ? '✓ Done: ' : '○ To do: '}${text}`;

interface Range {
  readonly min: number;
  readonly max: number;
  /** 1 unless told. */
  readonly step?: number;
  readonly value: number;
}

export function slider<Name extends string>(
  name: Name,
  label: string,
  { min, max, step = 1, value }: Range,
  shown: Shown<Name>,
): string {
  const size = `min="${min}" max="${max}"${step === 1 ? '' : ` step="${step}"`} value="${value}"`;
  return row(label, `<input type="range" name="${name}" ${size}><output>${escapeHtml(shown[name](value))}</output>`);
}

/** A list to choose from; the first is chosen. */
export function choice(name: string, label: string, options: readonly string[]): string {
  const inside = options.map((text) => `<option>${escapeHtml(text)}</option>`).join('');
  return row(label, `<select name="${name}">${inside}</select>`);
}

/** A line to write on, and a place for what is wrong with it. */
export function writing(name: string, label: string, value: string): string {
  const input =
    `<input type="text" name="${name}" value="${escapeHtml(value)}" spellcheck="false" autocapitalize="off" autocomplete="off" ` +
    `aria-describedby="${name}-wrong">`;
  return `${row(label, input)}<p class="wrong" id="${name}-wrong" hidden></p>`;
}

const row = (label: string, control: string): string => `<label><span>${escapeHtml(label)}</span>${control}</label>`;
