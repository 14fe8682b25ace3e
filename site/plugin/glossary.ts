/**
 * chapters/glossary.md: the words of the book. Its form is fixed, so that it can be checked and linked to:
 *
 *     ## cold start {#cold-start}
 *     Also: other name, another
 *     In AWS: the vendor's own word
 *
 *     One sentence that defines it. Further sentences, further paragraphs.
 *
 *     See: warm-start, init-phase
 *
 * `Also`, `In AWS` and `See` may be missing; the order of the lines is fixed and entries stand in alphabetical order.
 */
import { isOwnId } from './ids.ts';
import type { Problem } from './problems.ts';

export interface Term {
  readonly id: string;
  readonly name: string;
  readonly also: readonly string[];
  readonly inAws?: string;
  /** Markdown. */
  readonly text: string;
  /** Line (from 1) of the heading, and of the first line of `text`. */
  readonly line: number;
  readonly textLine: number;
  readonly see: readonly string[];
}

export interface Glossary {
  readonly title: string;
  /** Markdown before the first entry. */
  readonly intro: string;
  readonly terms: readonly Term[];
  /** A term by its id, name or other name, in any case. */
  find(word: string): Term | undefined;
}

const heading = /^## (.+?) \{#([a-z0-9-]+)\}$/;

export function parseGlossary(source: string, file: string, problems: Problem[]): Glossary {
  const lines = source.split('\n');
  const wrong = (line: number, message: string) => problems.push({ file, line, message });
  const starts = lines.flatMap((line, index) => (line.startsWith('## ') ? [index] : []));
  const head = lines.slice(0, starts[0] ?? lines.length);
  const title = /^# (.+)$/.exec(head[0] ?? '')?.[1];
  if (title === undefined) wrong(1, 'The first line must be the title: "# Glossary".');

  const terms: Term[] = [];
  for (const [index, start] of starts.entries()) {
    const term = parseTerm(lines.slice(start, starts[index + 1] ?? lines.length), start + 1, wrong);
    if (!term) continue;
    const last = terms.at(-1);
    if (last && key(last.name) >= key(term.name))
      wrong(term.line, `"${term.name}" must stand before "${last.name}": entries are in alphabetical order.`);
    if (isOwnId(term.id)) wrong(term.line, `The id "${term.id}" is one of those that every page has: choose another.`);
    terms.push(term);
  }

  const byWord = new Map<string, Term>();
  for (const term of terms) {
    for (const word of new Set([term.id, key(term.name), ...term.also.map(key)])) {
      const other = byWord.get(word);
      if (other) wrong(term.line, `"${word}" already names the entry "${other.name}".`);
      else byWord.set(word, term);
    }
  }
  const ids = new Set(terms.map((term) => term.id));
  for (const term of terms) {
    for (const other of term.see) {
      if (!ids.has(other)) wrong(term.line, `"See: ${other}" names no entry of the glossary.`);
      if (other === term.id) wrong(term.line, `"${term.name}" refers to itself.`);
    }
  }
  return { title: title ?? '', intro: head.slice(1).join('\n'), terms, find: (word) => byWord.get(key(word)) };
}

function parseTerm(
  block: readonly string[],
  line: number,
  wrong: (line: number, message: string) => void,
): Term | undefined {
  const match = heading.exec(block[0]!);
  if (!match) {
    wrong(line, 'An entry begins with "## term {#its-id}".');
    return undefined;
  }
  let at = 1;
  const field = (name: string): string | undefined => {
    const found = block[at]?.startsWith(`${name}: `) ? block[at]!.slice(name.length + 2).trim() : undefined;
    if (found !== undefined) at++;
    return found;
  };
  const also = field('Also');
  const inAws = field('In AWS');
  if (block[at]?.trim() !== '')
    wrong(line + at, 'An empty line must stand between the names of a term and its definition.');
  while (block[at]?.trim() === '') at++;
  const textStart = at;
  let end = block.length;
  while (end > at && block[end - 1]!.trim() === '') end--;
  const see = /^See: (.+)$/.exec(block[end - 1] ?? '')?.[1];
  if (see !== undefined) end--;
  const text = block.slice(textStart, end).join('\n').trim();
  if (!/[.?!]( |\n|$)/.test(text)) wrong(line, `"${match[1]}" needs a definition of at least one sentence.`);
  return {
    id: match[2]!,
    name: match[1]!,
    also: list(also),
    inAws,
    text,
    line,
    textLine: line + textStart,
    see: list(see),
  };
}

const list = (text: string | undefined): string[] =>
  text === undefined
    ? []
    : text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '');

const key = (word: string): string => word.trim().toLowerCase();
