/** What a report keeps of what the learner's code printed. */
import { relative, sep } from 'node:path';
import { ROOT } from '../paths.ts';
import type { Answer } from './answer.ts';

/** Lines of the learner's output that a report shows. */
const MOST_OUTPUT = 20;
/** Characters of a line that a report keeps. */
const LONGEST_LINE = 1000;

/** The last lines. */
export const lastLines = (lines: readonly string[]): string[] => lines.slice(-MOST_OUTPUT);

/**
 * Line by line, and of each stack only the frames that lie in the learner's files, where there are such: whoever looks for
 * a mistake does not look for it in the SDK.
 */
export function readable(printed: readonly string[], { folder }: Pick<Answer, 'folder'>): string[] {
  const lines = printed.flatMap((line) => line.split('\n'));
  const shown: string[] = [];
  for (let from = 0; from < lines.length; ) {
    let to = from;
    while (to < lines.length && isFrame(lines[to]!)) to++;
    const own = lines.slice(from, to).filter((line) => isOwn(line, folder));
    if (own.length > 0) shown.push(...own.map((line) => shortened(line, folder)));
    else shown.push(...lines.slice(from, Math.max(to, from + 1)));
    from = Math.max(to, from + 1);
  }
  return shown.map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
}

const isFrame = (line: string): boolean => /^\s+at /.test(line);

const isOwn = (line: string, folder: string): boolean => line.includes(folder + sep) && !line.includes('node_modules');

/** With the path as an editor's terminal opens it. */
const shortened = (line: string, folder: string): string =>
  line.replace('file://', '').replace(folder + sep, relative(ROOT, folder) + sep);
