import { describe, expect, it } from 'vitest';
import { chapter, told } from '../testing/problems.ts';
import { temporaryBook } from '../testing/small-book.ts';
import { loadBook } from './book.ts';

describe('told, with its line: what would be shown as it stands', () => {
  it.each([
    [':term [function]', 'Write ":term[…]"'],
    [':fact(lambda.timeout.max)', 'Write ":fact[…]"'],
    [':Term[function]', 'Write ":term[…]"'],
    [':term[]', 'Write ":term[…]"'],
    [':term[function', 'Write ":term[…]"'],
    [':terms[function', 'Directives in a line are'],
    ['[the text][nowhere]', 'A link has its address beside it'],
    ['[the text](the limit.md)', 'The address of a link has no blanks'],
  ])('%s', async (text, help) => {
    expect(await told(`A line, and\nthen ${text} in it.`)).toEqual([
      { line: 2, said: expect.stringContaining(`is shown as it stands. ${help}`) },
    ]);
  });

  it.each([
    [':: step handler', 'Write "::step …".'],
    [':step handler', 'Write "::step …".'],
    [':: here', 'Write "::: here".'],
    ['::: Here', 'Write "::: here".'],
    [':::: here', 'Write "::: here".'],
    [':::', 'Nothing is open here'],
  ])('%s on a line of its own', async (text, help) => {
    expect(await told(`A line.\n\n${text}\n`)).toEqual(
      [{ line: 3, said: `"${text}" is shown as it stands. ${help}`.trim() }].map(({ line, said }) => ({
        line,
        said: expect.stringContaining(said),
      })),
    );
  });
});

it.each([
  ['A line.\n\n::term[function] in it.', '"::term[function]" is shown with a colon before it. Write ":term[…]".'],
  ['A line.\n\n::step[handler]', 'There is no directive ":step". Write "::step …".'],
])('a colon too many: %s', async (text, said) => {
  expect(await told(text)).toEqual([{ line: 3, said }]);
});

it.each(['[](#the-limit)', '[ ](#the-limit)'])('a link without text: %s', async (text) => {
  expect(await told(`See\n${text}.`)).toEqual([
    { line: 2, said: expect.stringMatching(/^The link to "#the-limit" has no text/) },
  ]);
});

it.each(['![](life.png)', '![A life](life.png)', '![A life](https://example.com/life.png)'])(
  'a picture: %s',
  async (text) => {
    expect(await told(text)).toEqual([
      { line: 1, said: expect.stringMatching(/^The picture ".*life\.png" would not be there: .*"::figure name"/) },
    ]);
  },
);

it('a directive in a table has the line of its row', async () => {
  expect(await told('| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | :term [function] |')).toEqual([
    { line: 4, said: expect.stringContaining('Write ":term[…]"') },
  ]);
});

it('says nothing of prose, of code, and of escaped signs', async () => {
  const prose = [
    'Note: here it is. Try: a [b] (c), `:term [x]`, `[a][b]`, std::vec(1) and 10:30 (UTC).',
    'Here: step by step; key: (none). \\:term[function] and \\[a][b].',
    '',
    '```text\n:: step x\n![](x.png)\n```',
  ];
  const book = temporaryBook({ 'chapters/01-small.md': `${chapter}\n${prose.join('\n')}\n` });
  await expect(loadBook(book.root)).resolves.toBeDefined();
  book.remove();
});
