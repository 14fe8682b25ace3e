/**
 * What Markdown lets pass and shows as it stands: a directive or a link that is nearly right, an empty link; and pictures, which
 * are not carried into the built book.
 */
import type { Token } from 'markdown-it';
import { spellings } from './directives.ts';
import { tokenTypes, useOf } from './syntax.ts';

type Wrong = (line: number, message: string) => void;

const names = [...spellings.keys()];
/** Used within a line: they end in brackets. */
const inlineNames = names.filter((name) => spellings.get(name)!.endsWith(']'));
const blockNames = names.filter((name) => !inlineNames.includes(name));

interface Suspect {
  readonly pattern: RegExp;
  /** What helps; `name` is the pattern's first group. */
  readonly help: (name: string) => string;
}

const suspects: readonly Suspect[] = [
  {
    pattern: new RegExp(`^:{1,4}[ \\t]*(${blockNames.join('|')})\\b.*`, 'gim'),
    help: (name) => `Write "${spellings.get(name.toLowerCase())}".`,
  },
  {
    pattern: new RegExp(`(?<![\\w:]):{1,3} ?(${inlineNames.join('|')})\\b ?[[({][^\\n]{0,30}`, 'gi'),
    help: (name) =>
      `Write "${spellings.get(name.toLowerCase())}": one colon, no blank, square brackets, a text in them.`,
  },
  {
    pattern: new RegExp(`(?<![\\w:]):{1,2}(?!(?:${inlineNames.join('|')})\\b)([a-z][\\w-]*)\\[[^\\n]{0,30}`, 'g'),
    help: () => `Directives in a line are ${inlineNames.map((name) => spellings.get(name)).join(', ')}.`,
  },
  { pattern: /^:{2,}[ \t]*$/gm, help: () => 'Nothing is open here that these colons could close.' },
  {
    pattern: /\[[^[\]]+\]\[[^[\]]*\]/g,
    help: () => 'A link has its address beside it: [text](01-faas.md#id).',
  },
  {
    pattern: /\[[^[\]]+\]\([^)\n]*\)?/g,
    help: () => 'The address of a link has no blanks, and ends at its bracket: [text](01-faas.md#id).',
  },
];

/** `tokens` as they are before escaped signs are joined with the text around them. */
export function checkProse(tokens: readonly Token[], wrong: Wrong): void {
  for (const token of tokens) {
    if (token.type !== 'inline') continue;
    const children = token.children ?? [];
    const text = children.map(shown).join('');
    const lineAt = (place: number): number => (token.map?.[0] ?? 0) + text.slice(0, place).split('\n').length;
    const told = new Set<number>();
    for (const { pattern, help } of suspects) {
      for (const match of text.matchAll(pattern)) {
        if (told.has(match.index)) continue;
        told.add(match.index);
        wrong(
          lineAt(match.index),
          `"${match[0].replaceAll(OTHER, '…')}" is shown as it stands. ${help(match[1] ?? '')}`,
        );
      }
    }
    for (const [index, child] of children.entries()) {
      const line = lineAt(children.slice(0, index).map(shown).join('').length);
      const { name = '', text: of = '' } = child.type === tokenTypes.inline ? useOf(child) : {};
      if (inlineNames.includes(name) && shown(children[index - 1] ?? child).endsWith(':'))
        wrong(line, `"::${name}[${of}]" is shown with a colon before it. Write "${spellings.get(name)}".`);
      if (child.type === 'image')
        wrong(
          line,
          `The picture "${child.attrGet('src') ?? ''}" would not be there: a page takes no files along. Draw it as a figure in site/figures, and show that with "::figure name".`,
        );
      if (child.type === 'link_open' && isEmpty(children.slice(index + 1)))
        wrong(line, `The link to "${child.attrGet('href') ?? ''}" has no text: nobody can see or follow it.`);
    }
  }
}

/** In place of what is no running text. */
const OTHER = '\uFFFC';

function shown({ type, content, nesting }: Token): string {
  if (type === 'text') return content;
  if (type === 'softbreak' || type === 'hardbreak') return '\n';
  return nesting === 0 || type.startsWith('link') ? OTHER : '';
}

/** Whether nothing stands before the end of the link that these tokens begin in. */
function isEmpty(rest: readonly Token[]): boolean {
  const within = rest.slice(
    0,
    rest.findIndex(({ type }) => type === 'link_close'),
  );
  return within.every(({ type, content, nesting }) => nesting !== 0 || (type === 'text' && content.trim() === ''));
}
