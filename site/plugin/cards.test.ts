import { expect, it } from 'vitest';
import { chapter, chapterFile, problemsOf } from '../testing/problems.ts';
import { smallBook } from '../testing/small-book.ts';

const labFile = 'labs/01-small/lab.json';
const lab = JSON.parse(smallBook[labFile]!) as { steps: object[] };
const handler = lab.steps[0]!;
const twoSteps = JSON.stringify({ ...lab, steps: [handler, { ...handler, id: 'limit', anchor: 'the-limit' }] });
const lineIn = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

it('a card of another chapter’s step with the same id does not count', async () => {
  const other = chapter
    .replaceAll(/::: quiz[\s\S]*?:::\n/g, '')
    .replace('::step handler', '')
    .replace('(#the-limit)', '(#the-handler)');
  const book = JSON.parse(smallBook['chapters/book.json']!) as { chapters: object[] };
  const second = { number: 2, title: 'Queues', about: 'More.', file: '02-more.md', lab: '02-more' };
  expect(
    await problemsOf({
      'chapters/book.json': JSON.stringify({ ...book, chapters: [book.chapters[0], second] }),
      'chapters/02-more.md': other.replaceAll('01-small', '02-more'),
      'labs/02-more/lab.json': smallBook[labFile]!,
      'solutions/02-more/handler.ts': smallBook['solutions/01-small/handler.ts']!,
    }),
  ).toEqual([
    `chapters/02-more.md:${lineIn(other, '## The handler')}: The card of step "handler" is missing: add "::step handler" below its heading.`,
  ]);
});

it('a card that stands twice', async () => {
  const text = chapter.replace('::step handler', '::step handler\n\n::step the-handler');
  const first = lineIn(text, '::step handler');
  expect(await problemsOf({ [chapterFile]: text })).toEqual([
    `${chapterFile}:${first + 2}: The card of step "handler" stands in line ${first} already, and a step has one.`,
  ]);
});

it('cards in another order than the steps', async () => {
  const text = chapter.replace('::step handler', '::step limit\n\n::step handler');
  expect(await problemsOf({ [labFile]: twoSteps, [chapterFile]: text })).toEqual([
    `${chapterFile}:${lineIn(text, '::step handler')}: The card of step 1.1, "handler", follows that of 1.2, "limit": cards stand in the order of labs/01-small/lab.json.`,
  ]);
});
