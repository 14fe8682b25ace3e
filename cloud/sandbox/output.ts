/** Cuts a stream into whole lines, and stops keeping them when there are too many. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Longest line in characters; what is longer is cut into several. */
const LONGEST = 256 * 1024;

/** Calls back with each line, without its newline. After `most` bytes one last notice comes, and the rest is read over. */
export function readLines(stream: Readable, onLine: (line: string) => void, most = Number.POSITIVE_INFINITY): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes > most) return;
    bytes += chunk.length;
    rest += decoder.write(chunk);
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
    if (rest.length > LONGEST) {
      onLine(rest);
      rest = '';
    }
    if (bytes > most) onLine(`(output beyond ${Math.round(most / 1024)} KiB is not shown)`);
  });
  stream.on('end', () => {
    if (rest !== '' && bytes <= most) onLine(rest);
  });
  stream.on('error', () => undefined);
}
