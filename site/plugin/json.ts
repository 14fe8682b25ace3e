/** Where something stands in a JSON file: the parser that Node has tells neither the line of a mistake nor that of an entry. */
import { transformSync } from 'esbuild';
import type { ZodError } from 'zod';
import type { Problem } from './problems.ts';

/** What keeps the text from being JSON. `error` is what `JSON.parse` threw. */
export function jsonProblem(text: string, file: string, error: unknown): Problem {
  const { line, said } = firstMistake(text) ?? { line: 1, said: (error as Error).message };
  return { file, line, message: `This is not JSON: ${said}` };
}

/** In one line, what is not as agreed in a file that is JSON. */
export const shapeProblem = ({ issues }: ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; ');

function firstMistake(text: string): { line: number; said: string } | undefined {
  try {
    transformSync(text, { loader: 'json', logLevel: 'silent' });
    return undefined;
  } catch (error) {
    const first = (error as { errors?: { text: string; location: { line: number } | null }[] }).errors?.[0];
    return first?.location ? { line: first.location.line, said: first.text } : undefined;
  }
}

/** Lines (from 1) on which the entries of the list `name` begin, in a text that is JSON. The list stands in the outermost object. */
export function linesOfEntries(text: string, name: string): number[] {
  const lines: number[] = [];
  let [depth, line, within, lastString, begins] = [0, 1, false, '', false];
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|[{}[\]]|\n|[^\s"{}[\],:]+/g)) {
    if (token === '\n') {
      line++;
      continue;
    }
    if (begins) lines.push(line);
    begins = false;
    if (token === '[' && depth === 1) within = lastString === name;
    if (token === '{' || token === '[') {
      depth++;
      begins = within && depth === 3;
    } else if (token === '}' || token === ']') depth--;
    else lastString = token.slice(1, -1);
  }
  return lines;
}
