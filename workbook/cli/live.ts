/** A line that says how far a run is; only on a terminal, and gone when the run is over. */
import { text } from './text.ts';

export interface Live {
  /** One more check is done. */
  tick(): void;
  end(): void;
}

export function showProgress(stream: NodeJS.WriteStream, what: string, checks: number, wanted: boolean): Live {
  if (!wanted) return { tick: () => undefined, end: () => undefined };
  if (!stream.isTTY) {
    stream.write(`${text.grading(what)}\n`);
    return { tick: () => undefined, end: () => undefined };
  }
  let done = 0;
  const show = (line: string): void => {
    stream.write(`\r\u001b[K${line.slice(0, Math.max(1, stream.columns - 1))}`);
  };
  show(text.grading(what));
  return {
    tick: () => show(text.progress(what, ++done, checks)),
    end: () => show(''),
  };
}
