/** Lines of text for a terminal: colours where they are wanted, wrapped to its width. */
import pc from 'picocolors';

export interface Page {
  readonly color: ReturnType<typeof pc.createColors>;
  /** Columns. */
  readonly width: number;
}

/** The terminal of a stream, or 80 columns without colour where it is none. */
export const pageOf = (stream: NodeJS.WriteStream): Page => ({
  color: pc.createColors(stream.isTTY ? pc.isColorSupported : Boolean(process.env.FORCE_COLOR)),
  width: Math.min(Math.max(stream.columns ?? 80, 40), 100),
});

/** Wraps text at blanks; lines after the first begin with `indent`. What cannot be broken stays long. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/(?<=\S)\s+(?=\S)/)) {
      const start = lines.length === 0 ? '' : indent;
      if (line !== '' && start.length + line.length + 1 + word.length > width) {
        lines.push(start + line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push((lines.length === 0 ? '' : indent) + line);
  }
  return lines;
}
