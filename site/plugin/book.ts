/**
 * The book: reads chapters/ and gives every page as HTML, with everything checked. Touches nothing and serves nothing, so
 * that the build, the server and the tests all stand on the same function.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { codeBlock, type DirectiveContext } from './directives.ts';
import { type Facts, lineOfEntry, parseFacts, unusedFacts } from './facts.ts';
import { type Glossary, parseGlossary } from './glossary.ts';
import { createHighlighter } from './highlight.ts';
import { type Lab, loadLab } from './labs.ts';
import { checkLinks, htmlName, type Link } from './links.ts';
import { type Heading, type Rendered, renderMarkdown } from './markdown.ts';
import { glossaryBody, indexBody, sourcesBody, startCommands } from './pages.ts';
import { BookError, type Problem, suggest } from './problems.ts';

const chapterShape = z.strictObject({
  number: z.int().positive(),
  title: z.string(),
  /** One sentence for the index. */
  about: z.string(),
  /** Name of the Markdown file; a chapter without one is still to come. */
  file: z
    .string()
    .regex(/^\d\d-[a-z-]+\.md$/)
    .optional(),
  /** Folder under labs/. */
  lab: z.string().optional(),
});

const bookShape = z.strictObject({
  formatVersion: z.literal(1),
  title: z.string(),
  description: z.string(),
  chapters: z.array(chapterShape),
});

export type Chapter = Readonly<z.infer<typeof chapterShape>>;
export type BookData = Readonly<z.infer<typeof bookShape>>;

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
  const facts = parseFacts(factsText, 'chapters/facts.json', problems);
  const glossary = parseGlossary(glossaryText, 'chapters/glossary.md', problems);
  const highlighter = await createHighlighter();

  const used: DirectiveContext['used'] = {
    facts: new Set(),
    terms: new Set(),
    steps: new Set(),
    quizzes: new Set(),
  };
  const context = (lab: Lab | undefined): DirectiveContext => ({ root, facts, glossary, highlighter, lab, used });
  const links: Link[] = [];
  const render = (file: string, text: string, lab?: Lab, linesBefore?: number): Rendered => {
    const rendered = renderMarkdown(
      { file, text, ...(linesBefore === undefined ? {} : { linesBefore, piece: true as const }) },
      context(lab),
      problems,
    );
    links.push(...rendered.links);
    return rendered;
  };

  const pages: Page[] = [];
  for (const { chapter, name, text } of texts) {
    const lab = chapter.lab === undefined ? undefined : loadLab(root, chapter.lab, problems);
    const file = `chapters/${name}`;
    const { html, title, headings } = render(file, text, lab);
    checkSteps(lab, headings, used.steps, file, problems);
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
      line: lineOfEntry(factsText, [...facts.keys()].indexOf(fact.id)),
      message: `No page uses the fact ${fact.id}. Use it, remove it, or mark it with "shared": true.`,
    });
  }
  const ids = new Map<string, ReadonlySet<string>>(
    pages.map((page) => [page.name.replace(/\.html$/, '.md'), new Set(page.headings.map((heading) => heading.id))]),
  );
  ids.set('glossary.md', new Set(glossary.terms.map((term) => term.id)));
  ids.set('sources.md', new Set(facts.keys()));
  problems.push(...checkLinks(links, ids));
  if (problems.length > 0) throw new BookError(problems);
  return { data, pages, facts, glossary, codeCss: highlighter.css() };
}

function readBookData(text: string, problems: Problem[]): BookData | undefined {
  try {
    return bookShape.parse(JSON.parse(text));
  } catch (error) {
    const message =
      error instanceof z.ZodError ? z.prettifyError(error) : `This is not JSON: ${(error as Error).message}`;
    problems.push({ file: 'chapters/book.json', line: 0, message });
    return undefined;
  }
}

/** A failing step links to a heading, so the heading must be there; and each step needs its card. */
function checkSteps(
  lab: Lab | undefined,
  headings: readonly Heading[],
  shown: ReadonlySet<string>,
  file: string,
  problems: Problem[],
): void {
  for (const step of lab?.steps ?? []) {
    const heading = headings.find((candidate) => candidate.id === step.anchor);
    const ids = headings.map((candidate) => candidate.id);
    if (!heading)
      problems.push({
        file,
        line: 1,
        message: `Step "${step.id}" of the lab leads to #${step.anchor}, and no heading has that id. ${suggest(step.anchor, ids, `Add {#${step.anchor}} to the heading that explains the step.`)}`,
      });
    if (!shown.has(step.id))
      problems.push({
        file,
        line: heading?.line ?? 1,
        message: `The card of step "${step.id}" is missing: add "::step ${step.id}" below its heading.`,
      });
  }
}
