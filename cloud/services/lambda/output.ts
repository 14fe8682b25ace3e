/**
 * What a function prints, cut into the invocations that it belongs to. The runtime client closes each invocation with a mark
 * on both streams; only when both have come is the output of that invocation complete.
 */
import type { Clock, LogSink, Millis } from '../../contract.ts';

/** Bytes of output that one invocation may leave in the log. */
const MOST_BYTES = 1024 * 1024;
/** Lambda's log tail: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const TAIL_BYTES = 4096;

export interface LogPlace {
  readonly accountId: string;
  readonly group: string;
  readonly stream: string;
}

export class Output {
  private lines: { time: Millis; message: string }[] = [];
  private bytes = 0;
  private current = '';
  private marks = 0;
  private onMark: () => void = () => undefined;

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly sink: LogSink,
    private readonly place: LogPlace,
  ) {}

  start(requestId: string): void {
    this.current = requestId;
    this.marks = 0;
    this.bytes = 0;
  }

  /** A line as the program printed it. A mark may follow a line that was not ended. */
  take(line: string): void {
    const at = line.indexOf('\0end ');
    const text = at < 0 ? line : line.slice(0, at);
    if (at < 0 || text !== '') this.keep(text);
    if (at >= 0 && line.slice(at + 5) === this.current) {
      this.marks++;
      this.onMark();
    }
  }

  /** A line of the platform's own: START, END, REPORT. */
  print(message: string): void {
    this.lines.push({ time: this.clock.now(), message });
  }

  /** Resolves when the current invocation's mark has come on `streams` streams, or when `otherwise` does. */
  async complete(streams: number, otherwise: Promise<unknown>): Promise<void> {
    if (this.marks >= streams) return;
    await Promise.race([
      otherwise,
      new Promise<void>((resolve) => {
        this.onMark = () => {
          if (this.marks >= streams) resolve();
        };
      }),
    ]);
    this.onMark = () => undefined;
  }

  /** Hands the collected lines to the log, and returns the last 4 KB of them. */
  flush(): string {
    const lines = this.lines;
    this.lines = [];
    if (lines.length > 0) this.sink.write(this.place.accountId, this.place.group, this.place.stream, lines);
    const text = Buffer.from(lines.map(({ message }) => `${message}\n`).join(''));
    return text.subarray(Math.max(0, text.length - TAIL_BYTES)).toString('utf8');
  }

  private keep(line: string): void {
    if (this.bytes > MOST_BYTES) return;
    this.bytes += line.length + 1;
    this.print(
      this.bytes > MOST_BYTES ? `(output beyond ${MOST_BYTES / 1024} KiB of one invocation is not kept)` : line,
    );
  }
}

/** The last line of an invocation. `duration` and `init` in milliseconds, `memory` in MB. */
export function reportLine(requestId: string, duration: number, init: number | undefined, memory: number): string {
  const ms = Math.max(1, duration);
  const begun = init === undefined ? '' : `\tInit Duration: ${init.toFixed(2)} ms`;
  return `REPORT RequestId: ${requestId}\tDuration: ${ms.toFixed(2)} ms\tBilled Duration: ${Math.ceil(ms + (init ?? 0))} ms\tMemory Size: ${memory} MB${begun}`;
}
