import { expect, it } from 'vitest';
import { temporaryBook } from '../testing/small-book.ts';
import { loadBook } from './book.ts';
import { isOwnId, layoutIds } from './ids.ts';
import { layout } from './layout.ts';

const idsIn = (html: string): string[] => [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);

it('are all that the layout gives', async () => {
  const small = temporaryBook();
  const book = await loadBook(small.root);
  small.remove();
  const [first] = book.pages;
  const around = layout(book, { ...first!, html: '' }, { css: '', js: '' });
  expect(idsIn(around).sort()).toEqual([...layoutIds].sort());
});

it.each(['contents', 'life-title', 'sync-words'])('%s is one', (id) => {
  expect(isOwnId(id)).toBe(true);
});

it('others are free', () => {
  expect(isOwnId('the-time-limit')).toBe(false);
});
