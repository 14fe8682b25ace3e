/**
 * The book: reads chapters/ and gives every page as HTML, with everything checked. Touches nothing and serves nothing, so
 * that the build, the server and the tests all stand on the same function.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCards } from './cards.ts';
import { checkCode } from './commands.ts';
import { type BookData, type Chapter, readBookData } from './data.ts';
import { codeBlock, type DirectiveContext } from './directives.ts';
import { type Facts, parseFacts, unusedFacts } from './facts.ts';
import { type Glossary, parseGlossary } from './glossary.ts';
import { createHighlighter } from './highlight.ts';
import { type Lab, loadLab, UNUSABLE } from './labs.ts';
import { unlistedChapters, unseenFigures, unusedTerms } from './leftovers.ts';
import { checkLinks, htmlName, type Link } from './links.ts';
import { type Heading, type Placed, type Rendered, renderMarkdown } from './markdown.ts';
import { glossaryBody, indexBody, sourcesBody, startCommands } from './pages.ts';
import { BookError, type Problem } from './problems.ts';

export type { BookData, Chapter } from './data.ts';

export interface Page {
  /** `01-faas.html`: also its address from the book's root. */
  readonly name: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly chapter?: Chapter;
  readonly lab?: Lab;
}

export interface Book {
  readonly data: BookData;
  readonly pages: readonly Page[];
  readonly facts: Facts;
  readonly glossary: Glossary;
  /** Colours of code, as CSS. */
  readonly codeCss: string;
}

/** Reads the book under `root` (the repository). Throws `BookError` with every problem found. */
export async function loadBook(root: string): Promise<Book> {
  const problems: Problem[] = [];
  const read = (name: string, why: string): string | undefined => {
    try {
      return readFileSync(join(root, 'chapters', name), 'utf8');
    } catch {
      problems.push({ file: `chapters/${name}`, line: 0, message: `This file is missing, and ${why}.` });
      return undefined;
    }
  };
  const dataText = read('book.json', 'it says which chapters there are');
  const data = dataText === undefined ? undefined : readBookData(dataText, problems);
  if (!data) throw new BookError(problems);
  const factsText = read('facts.json', 'the numbers of the book stand in it');
  const glossaryText = read('glossary.md', 'the words of the book stand in it');
  const texts = data.chapters.flatMap((chapter) => {
    const text = chapter.file && read(chapter.file, `chapter ${chapter.number} of chapters/book.json names it`);
    return chapter.file && text !== undefined ? [{ chapter, name: chapter.file, text }] : [];
  });
  // What a lost file would have held is missing everywhere: telling that too would bury the one thing to mend.
  if (problems.length > 0 || factsText === undefined || glossaryText === undefined) throw new BookError(problems);
  const factFile = parseFacts(factsText, 'chapters/facts.json', problems);
  if (!factFile) throw new BookError(problems);
  const { facts } = factFile;
  const glossary = parseGlossary(glossaryText, 'chapters/glossary.md', problems);
  const highlighter = await createHighlighter();

  const used: DirectiveContext['used'] = {
    facts: new Set(),
    quizzes: new Set(),
  };
  const context = (lab: DirectiveContext['lab']): DirectiveContext => ({
    root,
    facts,
    isBrokenFact: factFile.isBroken,
    glossary,
    highlighter,
    lab,
    used,
  });
  const links: Link[] = [];
  const uses: Placed[] = [];
  const render = (file: string, text: string, lab?: DirectiveContext['lab'], linesBefore?: number): Rendered => {
    const rendered = renderMarkdown(
      { file, text, ...(linesBefore === undefined ? {} : { linesBefore, piece: true as const }) },
      context(lab),
      problems,
    );
    links.push(...rendered.links);
    uses.push(...rendered.uses);
    return rendered;
  };

  const pages: Page[] = [];
  const labs = new Map(
    texts.flatMap(({ chapter }) =>
      chapter.lab === undefined ? [] : [[chapter, loadLab(root, chapter.lab, problems)] as const],
    ),
  );
  for (const { chapter, name, text } of texts) {
    const named = labs.get(chapter);
    const file = `chapters/${name}`;
    const { html, title, headings, uses: ofChapter, code } = render(file, text, named);
    const lab = named === UNUSABLE ? undefined : named;
    if (lab) checkCards(lab, headings, ofChapter, file, problems);
    problems.push(...checkCode(root, file, code, [...labs.values()]));
    pages.push({ name: htmlName(name), title, html, headings, chapter, ...(lab ? { lab } : {}) });
  }

  const glossaryFile = 'chapters/glossary.md';
  const definitions = new Map(
    glossary.terms.map(
      (term) => [term.id, render(glossaryFile, term.text, undefined, term.textLine - 1).html] as const,
    ),
  );
  const intro = render(glossaryFile, glossary.intro, undefined, 1).html;
  pages.push({
    name: 'glossary.html',
    title: glossary.title,
    html: glossaryBody(glossary, intro, definitions),
    headings: [],
  });
  pages.push({ name: 'sources.html', title: 'Sources', html: sourcesBody(facts), headings: [] });
  const start = codeBlock(highlighter.highlight(startCommands, 'bash'), 'In a terminal');
  pages.unshift({ name: 'index.html', title: data.title, html: indexBody(data, pages, start), headings: [] });

  for (const fact of unusedFacts(facts, used.facts)) {
    problems.push({
      file: 'chapters/facts.json',
      line: factFile.lines.get(fact.id) ?? 0,
      message: `No page uses the fact ${fact.id}. Use it, remove it, or mark it with "shared": true.`,
    });
  }
  const ids = new Map<string, ReadonlySet<string>>(
    pages.map((page) => [page.name.replace(/\.html$/, '.md'), new Set(page.headings.map((heading) => heading.id))]),
  );
  ids.set('glossary.md', new Set(glossary.terms.map((term) => term.id)));
  ids.set(
    'sources.md',
    new Set([...facts.keys(), ...links.flatMap(({ anchor = '' }) => (factFile.isBroken(anchor) ? [anchor] : []))]),
  );
  problems.push(
    ...checkLinks(links, ids),
    ...unlistedChapters(root, data),
    ...unseenFigures(uses),
    ...unusedTerms(glossary, uses, links),
  );
  if (problems.length > 0) throw new BookError(problems);
  return { data, pages, facts, glossary, codeCss: highlighter.css() };
}
