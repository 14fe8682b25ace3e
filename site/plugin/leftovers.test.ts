import { expect, it } from 'vitest';
import { broken, chapter, chapterFile, problemsOf } from '../testing/problems.ts';
import { smallBook } from '../testing/small-book.ts';

it('a chapter that book.json does not list', async () => {
  expect(await problemsOf({ 'chapters/02-queues.md': '# Queues\n', 'chapters/LICENSE.md': '# CC\n' })).toEqual([
    expect.stringMatching(/^chapters\/02-queues\.md: No chapter of chapters\/book\.json is this file/),
  ]);
});

it('a figure that no chapter shows', async () => {
  expect(await broken(chapterFile, '::figure cron', '')).toEqual([
    expect.stringMatching(/^site\/figures\/index\.ts: No chapter shows the figure cron: /),
  ]);
});

it('a figure that is mistyped is told once, where it stands', async () => {
  expect(await broken(chapterFile, '::figure cron', '::figure crom')).toEqual([
    expect.stringMatching(/^chapters\/01-small\.md:\d+: There is no figure "crom"/),
  ]);
});

const glossaryFile = 'chapters/glossary.md';
const more = `${smallBook[glossaryFile]}\n## lease {#lease}\n\nA lock that ends by itself.\n`;

it('a term that nothing leads to', async () => {
  expect(await problemsOf({ [glossaryFile]: more })).toEqual([
    expect.stringMatching(/^chapters\/glossary\.md:17: Nothing leads to "lease"\. Use :term\[lease\]/),
  ]);
});

it.each([
  ['a directive', 'A :term[lease].'],
  ['a link', 'A [lock](glossary.md#lease).'],
])('%s leads to it', async (_what, text) => {
  expect(await problemsOf({ [glossaryFile]: more, [chapterFile]: `${chapter}\n${text}\n` })).toEqual([]);
});

it('so does another entry', async () => {
  expect(await problemsOf({ [glossaryFile]: more.replace('See: freeze', 'See: freeze, lease') })).toEqual([]);
});
