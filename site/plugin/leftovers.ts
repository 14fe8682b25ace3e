/** What lies in the book's folders and no page shows: a reader never sees it, and nobody notices that it grows old. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { figures } from '../figures/index.ts';
import type { BookData } from './data.ts';
import type { Glossary } from './glossary.ts';
import type { Link } from './links.ts';
import type { Placed } from './markdown.ts';
import { nearest, type Problem } from './problems.ts';

/** Files beside the chapters that are none: the glossary, and what is written in capitals (LICENSE.md). */
const others = /^(glossary|[A-Z]+)\.md$/;

export function unlistedChapters(root: string, { chapters }: BookData): Problem[] {
  const listed = chapters.map(({ file }) => file);
  return readdirSync(join(root, 'chapters'))
    .filter((name) => name.endsWith('.md') && !others.test(name) && !listed.includes(name))
    .map((name) => ({
      file: `chapters/${name}`,
      line: 0,
      message:
        'No chapter of chapters/book.json is this file, so the book does not hold it. List it there, or remove it.',
    }));
}

/** `uses`: the directives of all pages. A figure whose name is mistyped is told where it was to stand. */
export function unseenFigures(uses: readonly Placed[]): Problem[] {
  const shown = uses.filter(({ use }) => use.form === 'leaf' && use.name === 'figure').map(({ use }) => use.text);
  const meant = shown.map((name) => nearest(name, Object.keys(figures)));
  return Object.keys(figures)
    .filter((name) => !meant.includes(name))
    .map((name) => ({
      file: 'site/figures/index.ts',
      line: 0,
      message: `No chapter shows the figure ${name}: add "::figure ${name}" where it helps, or remove it.`,
    }));
}

/** Entries of the glossary that no page leads to, and no other entry either. `uses`: the directives of all pages. */
export function unusedTerms(glossary: Glossary, uses: readonly Placed[], links: readonly Link[]): Problem[] {
  const named = uses.flatMap(({ use }) => (use.name === 'term' ? [glossary.find(use.argument ?? use.text)] : []));
  // A word that was not found may be a mistyped one of these, and is told where it stands.
  if (named.includes(undefined)) return [];
  const reached = new Set([
    ...named.map((term) => term?.id),
    ...glossary.terms.flatMap(({ see }) => see),
    ...links.flatMap(({ page, anchor }) => (page === 'glossary.md' && anchor ? [anchor] : [])),
  ]);
  return glossary.terms
    .filter(({ id }) => !reached.has(id))
    .map(({ id, name, line }) => ({
      file: 'chapters/glossary.md',
      line,
      message: `Nothing leads to "${name}". Use :term[${name}] where the word first comes, or "See: ${id}" in another entry, or remove it.`,
    }));
}
