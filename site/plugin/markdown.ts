/** Markdown of one page into HTML, with everything it refers to looked up. HTML in the Markdown is text, not markup. */
import createMarkdownIt, { type MarkdownIt, type StateCore, type Token } from 'markdown-it';
import anchorPlugin from 'markdown-it-anchor';
import { type Code, codeOf } from './commands.ts';
import { codeBlock, type DirectiveContext, renderContainer, renderLeaf } from './directives.ts';
import { isOwnId } from './ids.ts';
import type { Language } from './include.ts';
import { type Link, rewriteLink } from './links.ts';
import type { Problem } from './problems.ts';
import { checkProse } from './prose.ts';
import { layQuestions, unlinkQuestions } from './question.ts';
import { layQuizzes } from './quiz.ts';
import { type DirectiveUse, directiveSyntax, tokenTypes, useOf } from './syntax.ts';

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
  readonly line: number;
}

export interface Rendered {
  readonly html: string;
  readonly title: string;
  /** All but the title, in order. */
  readonly headings: readonly Heading[];
  readonly links: readonly Link[];
  /** The directives, in order. */
  readonly uses: readonly Placed[];
  /** What stands there as code. */
  readonly code: readonly Code[];
}

/** A directive where it stands. */
export interface Placed {
  readonly use: DirectiveUse;
  readonly line: number;
}

export interface Source {
  /** Path from the repository's root, for messages. */
  readonly file: string;
  readonly text: string;
  /** Lines before `text` in the file, when it is a piece of one. */
  readonly linesBefore?: number;
  /** A piece of a page has no title of its own. */
  readonly piece?: true;
}

const fences: ReadonlySet<string> = new Set<Language>(['ts', 'js', 'json', 'yaml', 'bash', 'diff', 'text']);

type Plugin = (md: MarkdownIt, options: object) => void;

// The plugin's types are written for markdown-it 14; what it does with 15 is covered by this file's tests.
const anchors = anchorPlugin as unknown as Plugin;
const linkAfterHeader = anchorPlugin.permalink.linkAfterHeader({
  style: 'aria-labelledby',
  symbol: '#',
  class: 'anchor',
  wrapper: ['<div class="heading">', '</div>'],
});

export function renderMarkdown(source: Source, context: DirectiveContext, problems: Problem[]): Rendered {
  const before = source.linesBefore ?? 0;
  const wrong = (line: number, message: string) => problems.push({ file: source.file, line: before + line, message });
  const headings: Heading[] = [];
  const links: Link[] = [];
  const uses: Placed[] = [];
  const code: Code[] = [];
  let title = '';

  const md = createMarkdownIt({ html: false, typographer: false, linkify: false });
  md.use(directiveSyntax);
  md.core.ruler.before('inline', 'lines', (state: StateCore) => placeCells(state.tokens));
  md.core.ruler.before('inline', 'quizzes', (state: StateCore) => layQuizzes(state, context.used.quizzes, wrong));
  // Before escaped signs are made text like any other.
  md.core.ruler.before('text_join', 'prose', (state: StateCore) => checkProse(state.tokens, wrong));
  md.core.ruler.before('inline', 'questions', layQuestions);
  md.core.ruler.push('headings', (state: StateCore) => {
    let level = source.piece ? 2 : 0;
    for (const [index, token] of state.tokens.entries()) {
      if (token.type !== 'heading_open') continue;
      const heading = readHeading(token, state.tokens[index + 1]!);
      if (heading.level > level + 1)
        wrong(heading.line, `A heading of level ${heading.level} follows one of level ${level}.`);
      if (heading.level > 3) wrong(heading.line, 'A page has three levels of headings, no more.');
      level = heading.level;
      if (level === 1) {
        if (title !== '') wrong(heading.line, 'A page has one title; this is a second.');
        title = heading.text;
        continue;
      }
      if (heading.id === '') {
        wrong(heading.line, `"${heading.text}" needs an id that stays: add {#short-id} at the end of the line.`);
        heading.id = `line-${heading.line}`;
      }
      if (headings.some((other) => other.id === heading.id))
        wrong(heading.line, `The id "${heading.id}" is taken already.`);
      if (isOwnId(heading.id))
        wrong(heading.line, `The id "${heading.id}" is one of those that every page has: choose another.`);
      token.attrSet('id', heading.id);
      headings.push({ ...heading, line: before + heading.line });
    }
    if (title === '' && !source.piece) wrong(1, 'The page has no title: begin it with "# …".');
  });
  md.core.ruler.push('directives', (state: StateCore) => {
    code.push(...codeOf(state.tokens).map((one) => ({ ...one, line: before + one.line })));
    placeNotes(state.tokens, wrong);
    uses.push(...resolve(state.tokens, context, wrong).map(({ use, line }) => ({ use, line: before + line })));
  });
  md.core.ruler.push('links', (state: StateCore) => {
    for (const [link, line] of linkTokens(state.tokens)) {
      const found = rewriteLink(String(link.attrGet('href') ?? ''), source.file, before + line);
      links.push(found);
      link.attrSet('href', found.href);
    }
  });
  md.core.ruler.push('unlinked', unlinkQuestions);
  md.use(anchors, { level: [2, 3], permalink: linkAfterHeader, failOnNonUnique: false });
  md.renderer.rules.fence = (tokens, index) => {
    const token = tokens[index]!;
    const language = token.info.trim();
    if (!fences.has(language))
      wrong((token.map?.[0] ?? 0) + 1, `Code needs one of these languages: ${[...fences].join(', ')}.`);
    return codeBlock(
      context.highlighter.highlight(token.content.trimEnd(), fences.has(language) ? (language as Language) : 'text'),
    );
  };
  md.renderer.rules.table_open = () => '<div class="table"><table>';
  md.renderer.rules.table_close = () => '</table></div>\n';

  return { html: md.render(source.text, {}), title, headings, links, uses, code };
}

/**
 * A margin note stands beside its paragraph and may reach down to the next note, or to code, which takes the margin too:
 * how many blocks that are is counted here, because a style sheet cannot.
 */
function placeNotes(tokens: readonly Token[], wrong: (line: number, message: string) => void): void {
  const blocks = tokens.filter((token) => token.level === 0 && token.nesting >= 0);
  const isNote = (token: Token): boolean => token.type === tokenTypes.open && useOf(token).name === 'margin';
  const isCode = (token: Token): boolean =>
    token.type === 'fence' || (token.type === tokenTypes.leaf && ['include', 'reveal'].includes(useOf(token).name));
  for (const [index, token] of blocks.entries()) {
    if (!isNote(token)) continue;
    const rest = blocks.slice(index + 1);
    const next = rest.findIndex((block) => isNote(block) || isCode(block));
    if (index === 0) wrong((token.map?.[0] ?? 0) + 1, 'A margin note comes after the paragraph that it belongs to.');
    if (rest[0] && isNote(rest[0]))
      wrong((rest[0].map?.[0] ?? 0) + 1, 'This margin note follows another: make them one.');
    token.meta = { ...token.meta, rows: Math.max(1, next < 0 ? rest.length : next) };
  }
}

function readHeading(open: Token, inline: Token): { level: number; id: string; text: string; line: number } {
  const level = Number(open.tag.slice(1));
  const line = (open.map?.[0] ?? 0) + 1;
  const children = inline.children ?? [];
  const last = children.at(-1);
  const match = last?.type === 'text' ? /^(.*?)\s*\{#([a-z0-9-]+)\}$/.exec(last.content) : null;
  if (match) last!.content = match[1]!;
  const text = children
    .map((child) => (child.type === 'text' || child.type === 'code_inline' ? child.content : ''))
    .join('');
  return { level, id: match?.[2] ?? '', text, line };
}

/** Turns directive tokens into HTML ones, and says what could not be. Returns them as they stood. */
function resolve(tokens: Token[], context: DirectiveContext, wrong: (line: number, message: string) => void): Placed[] {
  const closings: string[] = [];
  const uses: Placed[] = [];
  const attempt = <T>(line: number, otherwise: T, task: () => T): T => {
    try {
      return task();
    } catch (error) {
      wrong(line, (error as Error).message);
      return otherwise;
    }
  };
  const toHtml = (token: Token, type: 'html_block' | 'html_inline', html: string): void => {
    token.type = type;
    token.content = html;
    token.nesting = 0;
  };
  for (const token of tokens) {
    const line = (token.map?.[0] ?? 0) + 1;
    if (token.type === tokenTypes.open) {
      const use = { ...useOf(token), rows: token.meta?.rows as number | undefined };
      uses.push({ use, line });
      if (token.meta?.closed === false) wrong(line, `":::${use.name}" is never closed by a line of three colons.`);
      if (closings.length > 0) wrong(line, `":::${use.name}" stands in another container; they do not nest.`);
      const [open, close] = attempt(line, ['', ''] as const, () => renderContainer(use, context));
      toHtml(token, 'html_block', `${open}\n`);
      closings.push(close);
    } else if (token.type === tokenTypes.close) {
      toHtml(token, 'html_block', `${closings.pop() ?? ''}\n`);
    } else if (token.type === tokenTypes.leaf) {
      uses.push({ use: useOf(token), line });
      toHtml(
        token,
        'html_block',
        attempt(line, '', () => renderLeaf(useOf(token), context)),
      );
    } else if (token.type === 'inline') {
      let within = line;
      for (const child of token.children ?? []) {
        if (child.type === 'softbreak' || child.type === 'hardbreak') within++;
        if (child.type !== tokenTypes.inline) continue;
        uses.push({ use: useOf(child), line: within });
        toHtml(
          child,
          'html_inline',
          attempt(within, '', () => renderLeaf(useOf(child), context)),
        );
      }
    }
  }
  return uses;
}

/** The parser gives lines to the rows of a table, and none to the cells. */
function placeCells(tokens: readonly Token[]): void {
  let row: Token['map'] = null;
  for (const token of tokens) {
    if (token.type === 'tr_open') row = token.map;
    else if (token.type === 'inline') token.map ??= row;
  }
}

function* linkTokens(tokens: readonly Token[]): Generator<[Token, number]> {
  for (const token of tokens) {
    let line = (token.map?.[0] ?? 0) + 1;
    for (const child of token.children ?? []) {
      if (child.type === 'softbreak' || child.type === 'hardbreak') line++;
      if (child.type === 'link_open') yield [child, line];
    }
  }
}
