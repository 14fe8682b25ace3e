/** Predict first: `::: question` asks in its title, which is running text, and the text inside answers. */
import type { StateCore } from 'markdown-it';
import { tokenTypes, useOf } from './syntax.ts';
import { builder, lineOf } from './tokens.ts';

/** Marks the running text of a title. */
const title = 'question';

/** Lays out the titles of a page's questions. */
export function layQuestions(state: StateCore): void {
  const { html, inline } = builder(state);
  state.tokens = state.tokens.flatMap((token) => {
    if (token.type !== tokenTypes.open || useOf(token).name !== 'question') return [token];
    return [
      token,
      html('<summary><span class="kind">Before you read on</span> '),
      Object.assign(inline(useOf(token).text, lineOf(token)), { info: title }),
      html('</summary><div class="answer">'),
    ];
  });
}

/** A title folds and unfolds its answer, so nothing in it may be pressed by itself: what is a link elsewhere is its text here. */
export function unlinkQuestions(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.type !== 'inline' || token.info !== title) continue;
    token.children = (token.children ?? []).filter(({ type }) => type !== 'link_open' && type !== 'link_close');
    for (const child of token.children)
      if (child.type === 'html_inline') child.content = child.content.replace(/<\/?a\b[^>]*>/g, '');
  }
}
