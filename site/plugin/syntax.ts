/**
 * Three kinds of directive, read into tokens. What they mean is told in directives.ts; here is only how they are written.
 *
 *     ::: kind a title        a container: Markdown inside, ends at a line of three colons; containers do not nest
 *     :::
 *     ::name an argument      a leaf: one line on its own
 *     :name[text]{argument}   in running text; `{argument}` may be missing
 */
import type { MarkdownIt, StateBlock, StateInline, Token } from 'markdown-it';

export interface DirectiveUse {
  readonly form: 'container' | 'leaf' | 'inline';
  readonly name: string;
  /** A container's title, a leaf's argument, an inline directive's text. */
  readonly text: string;
  /** In braces, for inline directives. */
  readonly argument?: string;
  /** For a margin note: the blocks of text beside which there is room for it. */
  readonly rows?: number;
}

export const tokenTypes = {
  open: 'directive_open',
  close: 'directive_close',
  leaf: 'directive_leaf',
  inline: 'directive_inline',
};

const containerStart = /^:{3}\s*([a-z][\w-]*)(?:\s+(.*))?$/;
const leafLine = /^::([a-z][\w-]*)(?:\s+(.*))?$/;
const inlineUse = /:([a-z][\w-]*)\[([^[\]]+)\](?:\{([^{}]+)\})?/y;

/** The use that a token of this syntax carries. */
export function useOf(token: Token): DirectiveUse {
  return token.meta?.use as DirectiveUse;
}

export function directiveSyntax(md: MarkdownIt): void {
  const interrupts = { alt: ['paragraph', 'reference', 'blockquote', 'list'] };
  md.block.ruler.before('fence', 'directive_container', container, interrupts);
  md.block.ruler.before('fence', 'directive_leaf', leaf, interrupts);
  md.inline.ruler.before('emphasis', 'directive_inline', inline);
}

const lineText = (state: StateBlock, line: number): string =>
  state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]!).trimEnd();

function container(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  const match = containerStart.exec(lineText(state, start));
  if (!match) return false;
  if (silent) return true;
  let last = start + 1;
  while (last < end && lineText(state, last) !== ':::') last++;

  const open = state.push(tokenTypes.open, 'div', 1);
  open.block = true;
  open.map = [start, last];
  open.meta = {
    use: { form: 'container', name: match[1]!, text: match[2]?.trim() ?? '' } satisfies DirectiveUse,
    closed: last < end,
  };
  const { parentType, lineMax } = state;
  state.lineMax = last;
  state.md.block.tokenize(state, start + 1, last);
  state.parentType = parentType;
  state.lineMax = lineMax;
  const close = state.push(tokenTypes.close, 'div', -1);
  close.block = true;
  close.meta = { use: open.meta.use };
  state.line = last + (last < end ? 1 : 0);
  return true;
}

function leaf(state: StateBlock, start: number, _end: number, silent: boolean): boolean {
  const match = leafLine.exec(lineText(state, start));
  if (!match) return false;
  if (silent) return true;
  const token = state.push(tokenTypes.leaf, 'div', 0);
  token.block = true;
  token.map = [start, start + 1];
  token.meta = { use: { form: 'leaf', name: match[1]!, text: match[2]?.trim() ?? '' } satisfies DirectiveUse };
  state.line = start + 1;
  return true;
}

function inline(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== 0x3a) return false;
  inlineUse.lastIndex = state.pos;
  const match = inlineUse.exec(state.src);
  if (!match) return false;
  if (!silent) {
    const token = state.push(tokenTypes.inline, 'span', 0);
    token.meta = {
      use: { form: 'inline', name: match[1]!, text: match[2]!, argument: match[3] } satisfies DirectiveUse,
    };
  }
  state.pos += match[0].length;
  return true;
}
