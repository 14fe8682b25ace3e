/** Tokens for what is laid out before running text is read: directives, code and links then work in it. */
import type { StateCore, Token } from 'markdown-it';

export interface Builder {
  token(type: string, tag: string, nesting: -1 | 0 | 1): Token;
  html(content: string): Token;
  /** Running text, which stands on `line` of the page (from 1). */
  inline(content: string, line: number): Token;
}

export function builder(state: StateCore): Builder {
  const token = (type: string, tag: string, nesting: -1 | 0 | 1): Token => {
    const made = new state.Token(type, tag, nesting);
    // Inside the container: the page counts only what stands at level 0 as its blocks.
    made.level = 1;
    made.block = true;
    return made;
  };
  return {
    token,
    html: (content) => Object.assign(token('html_block', '', 0), { content }),
    inline: (content, line) => Object.assign(token('inline', '', 0), { content, children: [], map: [line - 1, line] }),
  };
}

export function lineOf(token: Token, otherwise = 1): number {
  return token.map ? token.map[0] + 1 : otherwise;
}
