import { afterEach, describe, expect, it } from 'vitest';
import { broken, chapter, chapterFile, line, problemsOf } from '../testing/problems.ts';
import { smallBook, type TemporaryBook, temporaryBook } from '../testing/small-book.ts';
import { loadBook } from './book.ts';

let book: TemporaryBook | undefined;
afterEach(() => book?.remove());

describe('the book', () => {
  it('is read whole: front page, chapter, glossary, sources', async () => {
    book = temporaryBook();
    const { pages, codeCss } = await loadBook(book.root);
    expect(pages.map((page) => page.name)).toEqual(['index.html', '01-small.html', 'glossary.html', 'sources.html']);
    const html = pages[1]!.html;
    expect(html).toContain('href="glossary.html#function">function</a>');
    expect(html).toContain('href="sources.html#lambda.timeout.max">15\u00a0minutes</a>');
    expect(html).toContain('href="sources.html#lambda.timeout.max">15</a>');
    expect(html).toContain('npm run lab 1.1');
    expect(html).toContain('labs/01-small/src/handler.ts');
    expect(html).toContain('decodeURIComponent');
    expect(html).not.toContain('#region');
    expect(html).toContain('What does <code>decodeKey</code> print, a function?</summary><div class="answer">');
    expect(codeCss).toContain('light-dark(');
  });

  it('gives each margin note the room down to the next, or to code', async () => {
    const note = '::: margin\nA note.\n:::';
    book = temporaryBook({
      [chapterFile]: `${chapter}\nOne.\n\n${note}\n\nTwo.\n\n- three\n- four\n\n${note}\n\nFive.\n\nSix.\n\n\`\`\`text\nseven\n\`\`\`\n`,
    });
    const { pages } = await loadBook(book.root);
    const rows = [...pages[1]!.html.matchAll(/--rows:(\d+)/g)].map((match) => match[1]);
    expect(rows.slice(-2)).toEqual(['2', '2']);
  });

  it('names the chapters to come without a link', async () => {
    book = temporaryBook();
    const { pages } = await loadBook(book.root);
    expect(pages[0]!.html).toContain('Queues <em class="to-come">to come</em>');
    expect(pages[0]!.html).not.toMatch(/<a[^>]*>[^<]*Queues/);
  });

  it('shows HTML in Markdown as text', async () => {
    book = temporaryBook({ [chapterFile]: `${chapter}\n<script>alert(1)</script>\n` });
    const { pages } = await loadBook(book.root);
    expect(pages[1]!.html).toContain('&lt;script&gt;');
  });

  it('tells every problem at once, in the order of the files', async () => {
    const text = chapter.replace(':term[function]', ':term[funktion]').replace('figure life', 'figure live');
    const found = await problemsOf({
      [chapterFile]: text,
      'chapters/glossary.md': smallBook['chapters/glossary.md']!.replace('See: freeze', 'See: frieze'),
    });
    expect(found).toHaveLength(3);
    expect([...found].sort((a, b) => (a.split(':')[0]! < b.split(':')[0]! ? -1 : 0))).toEqual(found);
  });
});

describe('a mistake in a source', () => {
  it.each([
    ['a term', ':term[function]', ':term[funktion]', 'has no term "funktion". Did you mean "function"?'],
    [
      'a fact',
      ':fact[lambda.timeout.max],',
      ':fact[lambda.timeout.mox],',
      'has no fact "lambda.timeout.mox". Did you mean "lambda.timeout.max"?',
    ],
    ['a way to print a fact', '{value}', '{unit}', 'A fact is printed whole or as {value}, not as {unit}.'],
    ['a figure', '::figure life', '::figure live', 'There is no figure "live". Did you mean "life"?'],
    [
      'a file',
      '::include solutions/01-small/handler.ts',
      '::include solutions/01-small/handle.ts',
      'There is no file "solutions/01-small/handle.ts" to include.',
    ],
    [
      'a region',
      '::include solutions/01-small/handler.ts#decode-key',
      '::include solutions/01-small/handler.ts#decode',
      'has no region "decode".',
    ],
    [
      'an anchor on the page',
      '[the limit](#the-limit)',
      '[the limit](#the-limits)',
      '01-small.md has no heading with the id "the-limits". Did you mean "the-limit"?',
    ],
    [
      'an anchor elsewhere',
      '(glossary.md#freeze)',
      '(glossary.md#frieze)',
      'glossary.md has no heading with the id "frieze". Did you mean "freeze"?',
    ],
    ['a page', '(glossary.md#freeze)', '(02-queues.md)', 'the book has no page 02-queues.md.'],
    ['an insecure link', 'https://example.com', 'http://example.com', 'links lead to https or into the book.'],
    ['a path', '(glossary.md#freeze)', '(../README.md)', "names a chapter's file"],
    ['a directive', '::figure life', '::figgure life', 'There is no directive "::figgure". Did you mean "figure"?'],
    ['a callout', '::: here', '::: hear', 'There is no directive ":::hear". Did you mean "here"?'],
    ['an inline directive', ':key[Ctrl+C]', ':kee[Ctrl+C]', 'There is no directive ":kee". Did you mean "key"?'],
    ['a step', '::step handler', '::step handling', 'labs/01-small/lab.json has no step "handling".'],
    ['a heading without id', '### A table {#a-table}', '### A table', '"A table" needs an id that stays'],
    ['an id taken twice', '{#a-table}', '{#the-handler}', 'The id "the-handler" is taken already.'],
    ['a skipped level', '### A table', '#### A table', 'A heading of level 4 follows one of level 2.'],
    ['a language', '```bash', '```cobol', 'Code needs one of these languages'],
    [
      'a margin note after another',
      '## The handler',
      '::: margin\nSecond.\n:::\n\n## The handler',
      'This margin note follows another',
    ],
    ['an id of every page', '{#a-table}', '{#contents}', 'The id "contents" is one of those that every page has'],
    ['an id of a figure', '{#a-table}', '{#life-title}', 'The id "life-title" is one of those that every page has'],
    [
      'a term in a table',
      '| one | two | three |',
      '| one | :term[funktion] | three |',
      'has no term "funktion". Did you mean "function"?',
    ],
    [
      'a link in a table',
      '| name | a rather',
      '| [name](#nowhere) | a rather',
      '01-small.md has no heading with the id "nowhere".',
    ],
    [
      'the edition of a page of AWS',
      'https://example.com/page',
      'https://docs.aws.amazon.com/de_de/lambda/latest/dg/welcome.html',
      'is a translation. Cite the English page',
    ],
    [
      'a question without words',
      '::: question What does `decodeKey` print, a :term[function]?',
      '::: question',
      'needs the question after it',
    ],
  ])('%s: file, line, what and the fix', async (_what, from, to, message) => {
    const found = await broken(chapterFile, from, to);
    const said = found.find((problem) => problem.includes(message));
    expect(said, found.join('\n')).toBeDefined();
    expect(said).toContain(`${chapterFile}:${line(from)}: `);
  });

  it('a container that nothing ends', async () => {
    const found = await problemsOf({ [chapterFile]: `${chapter}\n::: here\nText.\n` });
    expect(found).toEqual([
      `${chapterFile}:${chapter.split('\n').length + 1}: ":::here" is never closed by a line of three colons.`,
    ]);
  });

  it('a second title, and none', async () => {
    expect(await problemsOf({ [chapterFile]: `${chapter}\n# Again\n` })).toEqual([
      expect.stringContaining('A page has one title; this is a second.'),
    ]);
    expect(await broken(chapterFile, '# Functions', 'Functions')).toContainEqual(
      `${chapterFile}:1: The page has no title: begin it with "# …".`,
    );
  });

  it('a missing chapter, glossary, lab or book.json', async () => {
    for (const file of [chapterFile, 'chapters/glossary.md', 'labs/01-small/lab.json', 'chapters/book.json']) {
      const found = await problemsOf({ [file]: undefined });
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${file}: This file is missing`)));
    }
  });

  it('facts that cannot be read: that alone', async () => {
    const facts = smallBook['chapters/facts.json']!;
    expect(await problemsOf({ 'chapters/facts.json': facts.replace('"unit"', 'unit') })).toEqual([
      expect.stringMatching(/^chapters\/facts\.json:8: This is not JSON: /),
    ]);
    expect(
      await problemsOf({ 'chapters/facts.json': facts.replace('"formatVersion": 1', '"formatVersion": 2') }),
    ).toEqual([expect.stringMatching(/^chapters\/facts\.json:1: formatVersion: /)]);
  });

  it('one fact among others: that alone, and not that it is missing', async () => {
    expect(await broken('chapters/facts.json', '"region": "all"', '"region": "europe"')).toEqual([
      expect.stringMatching(/^chapters\/facts\.json:5: region: /),
    ]);
    expect(await broken('chapters/facts.json', '"id": "lambda.timeout.max"', '"id": "Lambda"')).toEqual([
      expect.stringMatching(/^chapters\/facts\.json:5: id: /),
    ]);
  });

  it('a lab that cannot be read: that alone', async () => {
    expect(await broken('labs/01-small/lab.json', '"title": "Small lab"', '"titel": "Small lab"')).toEqual([
      expect.stringMatching(/^labs\/01-small\/lab\.json: /),
    ]);
    expect(await broken('labs/01-small/lab.json', '"steps"', 'steps')).toEqual([
      expect.stringMatching(/^labs\/01-small\/lab\.json:4: This is not JSON: /),
    ]);
  });

  it("a step's heading or card that the chapter does not have", async () => {
    expect(await broken(chapterFile, '{#the-handler}', '{#the-function}')).toContainEqual(
      expect.stringContaining(
        `${chapterFile}:1: Step "handler" of the lab leads to #the-handler, and no heading has that id. `,
      ),
    );
    expect(await broken(chapterFile, '::step handler', '')).toContainEqual(
      `${chapterFile}:${line('## The handler')}: The card of step "handler" is missing: add "::step handler" below its heading.`,
    );
  });

  it('two chapters with the same number, file or lab', async () => {
    expect(await broken('chapters/book.json', '"number": 2', '"number": 1')).toEqual([
      'chapters/book.json:14: "Queues" has the number 1, and "Functions" has it already.',
    ]);
    expect(await broken('chapters/book.json', '"title": "Queues"', '"title": "Queues", "lab": "01-small"')).toEqual([
      'chapters/book.json:14: "Queues" has the lab 01-small, and "Functions" has it already.',
    ]);
  });

  it('a book.json that is not as agreed', async () => {
    expect(await broken('chapters/book.json', '"chapters"', 'chapters')).toEqual([
      expect.stringMatching(/^chapters\/book\.json:5: This is not JSON: /),
    ]);
    expect(await broken('chapters/book.json', '"about": "Still to come."', '"abuot": ""')).toContainEqual(
      expect.stringContaining('chapters/book.json: '),
    );
  });

  it('a term of the glossary that is wrong within: the line is the glossary’s', async () => {
    expect(
      await broken('chapters/glossary.md', 'See :fact[lambda.timeout.max].', 'See :fact[nowhere].'),
    ).toContainEqual(
      'chapters/glossary.md:8: chapters/facts.json has no fact "nowhere". There are: lambda.timeout.max.',
    );
  });

  it('a fact that no page uses', async () => {
    const facts = JSON.parse(smallBook['chapters/facts.json']!) as { facts: object[] };
    const more = (extra: object) => ({
      'chapters/facts.json': JSON.stringify(
        { formatVersion: 1, facts: [...facts.facts, { ...facts.facts[0], id: 'other', ...extra }] },
        null,
        2,
      ),
    });
    expect(await problemsOf(more({}))).toEqual([
      expect.stringMatching(/^chapters\/facts\.json:\d+: No page uses the fact other\./),
    ]);
    expect(await problemsOf(more({ shared: true }))).toEqual([]);
  });
});
