/** Predict first: `::: question` asks in its title, which is running text, and the text inside answers. */
import type { StateCore } from 'markdown-it';
import { tokenTypes, useOf } from './syntax.ts';
import { builder, lineOf } from './tokens.ts';

/** Lays out the titles of a page's questions. */
export function layQuestions(state: StateCore): void {
  const { html, inline } = builder(state);
  state.tokens = state.tokens.flatMap((token) => {
    if (token.type !== tokenTypes.open || useOf(token).name !== 'question') return [token];
    return [
      token,
      html('<summary><span class="kind">Before you read on</span> '),
      inline(useOf(token).text, lineOf(token)),
      html('</summary><div class="answer">'),
    ];
  });
}
