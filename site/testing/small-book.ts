/** A small book in a temporary folder, with one of everything that a page may hold: for tests, which then break one thing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const chapter = `# Functions

::: goals You will be able to
- find a document by its real key
:::

A :term[function] may run for :fact[lambda.timeout.max], which are :fact[lambda.timeout.max]{value} of them. It :term[was frozen]{freeze} afterwards.

::: margin
A note beside it.
:::

## The handler {#the-handler}

Read on in [the limit](#the-limit), in [the glossary](glossary.md#freeze) and [outside](https://example.com/page). Press :key[Ctrl+C].

::include solutions/01-small/handler.ts#decode-key

::step handler

::: question What does \`decodeKey\` print, a :term[function]?
The key, decoded. \`a+b\` is *a b*.
:::

::: quiz Does \`decodeURIComponent\` turn a :term[function] see a blank?
- ( ) Yes, it is made for that: \`encodeURIComponentWithANameTooLongForANarrowScreen\`.
  It leaves the sign alone. See :fact[lambda.timeout.max] and
  [the limit](#the-limit).
- (x) No, a plus stays.
  The :term[function] must replace it first.

  \`\`\`ts
  raw.replaceAll('+', ' ');
  \`\`\`
:::

::: quiz Is a quiz counted?
- (x) Yes.
  Below the last one.
- ( ) No.
  It is.
:::

### A table {#a-table}

| name | a rather long heading of a column | another rather long heading of a column |
| --- | --- | --- |
| one | two | three |

## The limit {#the-limit}

::: aws Since 2018
It is :fact[lambda.timeout.max].
:::

::: in-2018
It was less.
:::

::: here
It is virtual.
:::

::: try
Run it.
:::

::figure life

::figure invocation

::figure environments

::figure cron

::figure pipeline

::figure credentials

::figure healing

::figure stragglers

::figure partition

::reveal solutions/01-small/handler.ts#decode-key

\`\`\`bash
npm run lab 1.1 && echo "a command that is far too long for a narrow screen, so that it has to scroll sideways" | cat
\`\`\`
`;

const glossary = `# Glossary

The words of this book.

## freeze {#freeze}
Also: frozen

Every process stops. See :fact[lambda.timeout.max].

## function {#function}
In AWS: Lambda function

Code that runs when something happens.

See: freeze
`;

const handler = `import { readFile } from 'node:fs/promises';

// #region decode-key
/** The key of the object, out of the event's. */
export function decodeKey(raw: string): string {
  return decodeURIComponent(raw.replaceAll('+', ' '));
}
// #endregion decode-key

export const handler = async () => readFile('x', 'utf8');
`;

const json = (value: unknown): string => JSON.stringify(value, null, 2);

export const smallBook: Readonly<Record<string, string>> = {
  'chapters/book.json': json({
    formatVersion: 1,
    title: 'A Small Book',
    description: 'A book that tests read, with one of everything.',
    chapters: [
      { number: 1, title: 'Functions', about: 'What they are.', file: '01-small.md', lab: '01-small' },
      { number: 2, title: 'Queues', about: 'Still to come.' },
    ],
  }),
  'chapters/01-small.md': chapter,
  'chapters/glossary.md': glossary,
  'chapters/facts.json': json({
    formatVersion: 1,
    facts: [
      {
        id: 'lambda.timeout.max',
        title: 'Longest time limit of a function',
        value: 15,
        unit: 'minutes',
        region: 'all',
        asOf: '2026-11-20',
        source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
      },
    ],
  }),
  'labs/01-small/lab.json': json({
    id: 'small',
    title: 'Small lab',
    steps: [
      {
        id: 'handler',
        title: 'A function that finds a document',
        anchor: 'the-handler',
        files: ['handler.ts', 'revisions/a-name-that-is-far-too-long-for-a-narrow-screen.ts'],
      },
    ],
  }),
  'solutions/01-small/handler.ts': handler,
};

export interface TemporaryBook {
  readonly root: string;
  write(file: string, text: string): void;
  remove(): void;
}

/** Writes the small book, with `changes` laid over it; `undefined` leaves a file out. Call `remove` at the end. */
export function temporaryBook(changes: Readonly<Record<string, string | undefined>> = {}): TemporaryBook {
  const root = mkdtempSync(join(tmpdir(), 'workbook-book-'));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  for (const [file, text] of Object.entries({ ...smallBook, ...changes })) if (text !== undefined) write(file, text);
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}
