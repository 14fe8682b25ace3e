/** Lines that fit the terminal, in colours where there are colours. */
import pc from 'picocolors';

export interface Layout {
  /** Columns to fill at most. */
  readonly width: number;
}

const WIDEST = 100;
const NARROWEST = 30;

/** What the terminal has; 80 columns where there is none. */
export const layoutOf = (stream: { columns?: number }): Layout => ({
  width: Math.max(NARROWEST, Math.min(WIDEST, stream.columns ?? 80)),
});

/** Breaks at blanks, also within the lines that are there already; words that are too long stay whole. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const indent = /^\s*/.exec(line)![0].slice(0, 8);
    const lines: string[] = [];
    let current = indent;
    for (const word of line.trim().split(/ +/)) {
      if (current.trim() !== '' && current.length + 1 + word.length > width) {
        lines.push(current);
        current = indent;
      }
      current += current.trim() === '' ? word : ` ${word}`;
    }
    return [...lines, current];
  });
}

export const indented = (lines: readonly string[], by: number): string[] =>
  lines.map((line) => (line === '' ? line : ' '.repeat(by) + line));

const LABEL = 10;
/** Below this width a label stands above its text instead of beside it. */
const BESIDE = 60;

/** A label and its text: one of the parts of a failure. */
export function part(label: string, text: string, { width }: Layout, indent: number): string[] {
  if (width < BESIDE) {
    return indented([pc.dim(label), ...indented(wrap(text, width - indent - 2), 2)], indent);
  }
  const [first = '', ...rest] = wrap(text, width - indent - LABEL);
  return indented([pc.dim(label.padEnd(LABEL)) + first, ...indented(rest, LABEL)], indent);
}

/** Lines as they are, with the indentation that `part` gives to its text. */
export const beneath = (lines: readonly string[], { width }: Layout, indent: number): string[] =>
  indented(lines, indent + (width < BESIDE ? 2 : LABEL));

/** `1 check`, `2 checks`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** Takes away what would move the cursor or change colours: a learner's output must not paint over the report. */
export const harmless = (line: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  line.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
