/** Lines that fit the terminal, in colours where there are colours. */
import pc from 'picocolors';

export interface Layout {
  /** Columns to fill at most. */
  readonly width: number;
}

const WIDEST = 100;
const NARROWEST = 30;

/** What the terminal has, else what COLUMNS says; 80 columns where neither tells. */
export const layoutOf = (stream: { columns?: number }): Layout => ({
  width: Math.max(NARROWEST, Math.min(WIDEST, stream.columns || Number(process.env.COLUMNS) || 80)),
});

/** A text of several lines, broken to fit what `stream` shows. */
export const fitted = (text: string, stream: { columns?: number }): string =>
  wrap(text, layoutOf(stream).width).join('\n');

/** Breaks at blanks, also within the lines that are there already; a word that is longer than a line is cut, as a terminal would. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const indent = /^\s*/.exec(line)![0].slice(0, 8);
    const lines: string[] = [];
    let current = indent;
    for (let word of line.trim().split(/ +/)) {
      if (current.trim() !== '' && current.length + 1 + word.length > width) {
        lines.push(current);
        current = indent;
      }
      for (const room = Math.max(1, width - indent.length); word.length > room; word = word.slice(room)) {
        lines.push(indent + word.slice(0, room));
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

/** Lines with the indentation that `part` gives to its text. `paint` colours what has become of one line. */
export function beneath(
  lines: readonly string[],
  { width }: Layout,
  indent: number,
  paint: (line: string, piece: string) => string,
): string[] {
  const margin = indent + (width < BESIDE ? 2 : LABEL);
  return lines.flatMap((line) =>
    indented(
      wrap(line, width - margin).map((piece) => paint(line, piece)),
      margin,
    ),
  );
}

/** `1 check`, `2 checks`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/**
 * Takes away what would move the cursor, change colours or turn the direction of writing: a learner's output must not paint over
 * the report. And what GitHub's runner would take for an order to itself, `::error::` in front or `##[error]` anywhere, is spaced out:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export const harmless = (line: string): string =>
  line
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/^(\s*):(?=:)/, '$1: ')
    .replaceAll('##[', '## [');

/** JSON whose text is the same for a parser and does nothing to a terminal. */
export const harmlessJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
