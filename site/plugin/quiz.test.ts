import { afterEach, describe, expect, it } from 'vitest';
import { smallBook, type TemporaryBook, temporaryBook } from '../testing/small-book.ts';
import { loadBook } from './book.ts';

let book: TemporaryBook | undefined;
afterEach(() => book?.remove());

const chapterFile = 'chapters/01-small.md';
const chapter = smallBook[chapterFile]!;

async function htmlOf(quiz: string): Promise<string> {
  book = temporaryBook({ [chapterFile]: `${chapter}\n${quiz}\n` });
  return (await loadBook(book.root)).pages[1]!.html;
}

/** The problems of a quiz at the end of the chapter, with lines counted from 1 in it. */
async function problemsOf(quiz: string): Promise<string[]> {
  const before = chapter.split('\n').length;
  const error = await htmlOf(quiz).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return (error?.message ?? '')
    .split('\n')
    .slice(1)
    .map((problem) => {
      const [, line, said] = /^chapters\/01-small\.md:(\d+): (.*)$/.exec(problem) ?? [];
      return `${Number(line) - before}: ${said}`;
    });
}

const plain = `::: quiz Is it so?
- ( ) No.
  It is.
- (x) Yes.
  Because it is.
:::`;

describe('a quiz', () => {
  it('is a fieldset with one group of radio buttons, each with its explanation', async () => {
    const html = (await htmlOf(plain)).split('<fieldset class="quiz">').at(-1)!;
    expect(html).toMatch(/^\s*<legend><span class="kind">Quiz<\/span> Is it so\?<\/legend>/);
    const names = [...html.matchAll(/<label><input type="radio" name="(quiz-\w+)" value="(right|wrong)">/g)];
    expect(new Set(names.map((match) => match[1])).size).toBe(1);
    expect(names.map((match) => match[2])).toEqual(['wrong', 'right']);
    expect(html).toMatch(/No\.<\/span><\/label>.*Not this one\.<\/p> <p>It is\.<\/p>/);
    expect(html).toMatch(/Yes\.<\/span><\/label>.*Right\.<\/p> <p>Because it is\.<\/p>/);
  });

  it('reads directives, code and links in the question, the answers and the explanations', async () => {
    const html = await htmlOf(`::: quiz Is \`x\` a :term[function]?
- ( ) As :key[x], [no](#the-limit).
  It :term[was frozen]{freeze}.
- (x) It is \`y\`.

  For :fact[lambda.timeout.max].

  \`\`\`ts
  y();
  \`\`\`
:::`);
    expect(html).toContain('Is <code>x</code> a <a class="term" href="glossary.html#function">function</a>?</legend>');
    expect(html).toContain('As <kbd>x</kbd>, <a href="#the-limit">no</a>.</span></label>');
    expect(html).toContain('It <a class="term" href="glossary.html#freeze">was frozen</a>.');
    expect(html).toMatch(/<p>For <a class="fact"[^>]+>15.minutes<\/a>\.<\/p>\s*<figure class="code">/);
  });

  it('has another id when a word of it changes, and the same when nothing does', async () => {
    const id = async (quiz: string) => [...(await htmlOf(quiz)).matchAll(/name="quiz-(\w+)"/g)].at(-1)![1];
    const first = await id(plain);
    book?.remove();
    expect(await id(plain)).toBe(first);
    book?.remove();
    expect(await id(plain.replace('Yes.', 'Yes!'))).not.toBe(first);
  });

  it.each([
    ['no question', plain.replace(' Is it so?', ''), ['1: "::: quiz" needs the question after it, on the same line.']],
    ['no right answer', plain.replace('(x)', '( )'), ['1: This quiz has no right answer: mark one with (x).']],
    ['two right answers', plain.replace('( )', '(x)'), ['4: This is a second right answer, and a quiz has one.']],
    [
      'an answer without explanation',
      plain.replace('  It is.\n', ''),
      ['2: This answer is not explained: say below it, indented by two, why it is right or wrong.'],
    ],
    [
      'one answer',
      '::: quiz Is it so?\n- (x) Yes.\n  It is.\n:::',
      ['1: A quiz has two answers or more, each on a line like "- ( ) No."; this one has 1.'],
    ],
    [
      'no answers',
      '::: quiz Is it so?\n:::',
      ['1: A quiz has two answers or more, each on a line like "- ( ) No."; this one has 0.'],
    ],
    [
      'an unknown mark',
      plain.replace('( ) No', '(y) No'),
      ['2: An answer begins with "( )", or with "(x)" when it is the right one; this one with "(y) No.".'],
    ],
    [
      'a mark of a list of tasks',
      plain.replace('(x)', '[x]'),
      [
        '1: This quiz has no right answer: mark one with (x).',
        '4: An answer begins with "( )", or with "(x)" when it is the right one; this one with "[x] Yes.".',
      ],
    ],
    [
      'text beside the list',
      plain.replace('- ( )', 'Choose.\n\n- ( )'),
      ['2: A quiz holds one list of answers and nothing else.'],
    ],
    ['a numbered list', plain.replaceAll('- (', '1. ('), ['2: A quiz holds one list of answers and nothing else.']],
    [
      'a term that is not there, in an explanation',
      plain.replace('  Because it is.', '  Because it\n  is :term[frozzen].'),
      ['6: chapters/glossary.md has no term "frozzen". There are: freeze, function.'],
    ],
    [
      'a link that leads nowhere, in an answer',
      plain.replace('Yes.', '[Yes](#nowhere).'),
      [expect.stringMatching(/^4: "#nowhere": 01-small\.md has no heading/)],
    ],
    [
      'two answers with the same text',
      plain.replace('Yes.', 'No.'),
      ['4: This answer says the same as one above it: readers cannot tell them apart.'],
    ],
    ['the same quiz again', `${plain}\n\n${plain}`, ['8: The same quiz stands in the book already.']],
  ])('tells an author of %s, with its line', async (_what, quiz, expected) => {
    expect(await problemsOf(quiz)).toEqual(expected);
  });
});
