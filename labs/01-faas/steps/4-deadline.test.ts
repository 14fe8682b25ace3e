/** Step 1.4: documents take as long as the grader makes S3 take, and the batch is driven to its end. */
import { type Check, check, type Deployed } from '#kit';
import { access, put } from '../../support/buckets.ts';
import { plain } from '../../support/documents.ts';

interface Paper {
  readonly key: string;
  readonly pages: number;
  /** Milliseconds that reading it takes. */
  readonly ms: number;
}

interface Answer {
  readonly done: readonly { readonly key: string; readonly pages: number }[];
  readonly tooLong: readonly string[];
  readonly next: unknown;
}

interface Drained {
  readonly done: readonly { readonly key: string; readonly pages: number }[];
  readonly tooLong: readonly string[];
  readonly invocations: number;
}

const seconds = (ms: number) => `${Number((ms / 1000).toFixed(1))} s`;

const total = (papers: readonly Paper[]) => papers.reduce((sum, { ms }) => sum + ms, 0);

const longest = (papers: readonly Paper[]) => Math.max(...papers.map(({ ms }) => ms));

/** An inbox with documents that take the given times, in this order. */
async function inbox(t: Check, times: readonly number[]): Promise<{ bucket: string; papers: Paper[] }> {
  const bucket = await t.bucket();
  const papers = times.map((ms, i) => ({
    key: `${t.seeded.name(`d${i + 1}`)}.pdf`,
    pages: t.seeded.integer(1, 30),
    ms,
  }));
  await Promise.all(
    papers.map(async ({ key, pages, ms }) => {
      await put(t, bucket, key, plain(pages));
      await t.faults.add({
        service: 's3',
        operation: 'GetObject',
        resource: `${bucket}/${key}`,
        effect: { kind: 'latency', ms },
      });
    }),
  );
  return { bucket, papers };
}

/** `limit` in seconds. */
function counter(t: Check, bucket: string, limit: number): Promise<Deployed> {
  return t.deploy('batch.ts', { timeout: limit, policy: access([bucket], []) });
}

/** Sends the batch, then whatever comes back as `next`, until nothing does. Each answer is judged by its shape alone. */
async function drain(
  t: Check,
  batch: Deployed,
  { bucket, papers, limit, most }: { bucket: string; papers: readonly Paper[]; limit: number; most: number },
): Promise<Drained> {
  const done: { key: string; pages: number }[] = [];
  const tooLong: string[] = [];
  let event: unknown = { bucket, keys: papers.map(({ key }) => key) };
  let invocations = 0;
  while (event !== null) {
    t.that(invocations < most, {
      expected: `the batch of ${papers.length} documents comes to its end`,
      seen: `after ${invocations} invocations ${papers.length - done.length - tooLong.length} documents are still open`,
      cause: 'An invocation handed back all that it was given: the same document is tried again and again.',
    });
    invocations++;
    const invocation = await batch.invoke(event);
    t.succeeded(invocation, {
      what: `invocation ${invocations}, with a time limit of ${limit} s`,
      cause:
        invocation.error?.type === 'Sandbox.Timedout'
          ? 'It was still at work when its time was up, and all that it had done is lost. A document was begun that did not fit into the rest of the time.'
          : undefined,
    });
    const answer = shaped(t, invocation.value);
    done.push(...answer.done);
    tooLong.push(...answer.tooLong);
    event = answer.next;
  }
  return { done, tooLong, invocations };
}

function shaped(t: Check, value: unknown): Answer {
  const { done, tooLong, next } = (value ?? {}) as Partial<Record<keyof Answer, unknown>>;
  const isDone = (item: unknown) =>
    typeof (item as Paper | null)?.key === 'string' && typeof (item as Paper).pages === 'number';
  t.that(
    Array.isArray(done) &&
      done.every(isDone) &&
      Array.isArray(tooLong) &&
      tooLong.every((key) => typeof key === 'string') &&
      (next === null || typeof next === 'object'),
    {
      expected: 'an answer { done: [{ key, pages }, …], tooLong: [key, …], next: {…} or null }',
      seen: JSON.stringify(value) ?? 'undefined',
      cause: 'A field is missing or of another kind. When nothing is left, `next` is null.',
    },
  );
  return value as Answer;
}

/** The keys of the documents that an answer says to be through with. */
function accountedFor(t: Check, value: unknown): string[] {
  const { done, tooLong } = shaped(t, value);
  return [...done.map(({ key }) => key), ...tooLong];
}

/** Each document exactly once: in `done` with its pages, or in `tooLong` when its key is in `never`. */
function expectAll(t: Check, drained: Drained, papers: readonly Paper[], never: readonly string[] = []): void {
  const inOrder = (keys: readonly string[]) => [...keys].sort();
  const cause =
    'A document was left out of `next`, or was in it although it was done; or something of the invocation before was still in a module variable.';
  const wanted = papers.filter(({ key }) => !never.includes(key));
  t.equal(inOrder(drained.tooLong), inOrder(never), {
    what: 'the keys in `tooLong`, over all invocations',
    cause:
      never.length > drained.tooLong.length
        ? 'A document that no invocation can finish was not reported.'
        : 'A document was given up that would have finished, had it been the first of an invocation.',
  });
  t.equal(inOrder(drained.done.map(({ key }) => key)), inOrder(wanted.map(({ key }) => key)), {
    what: 'the keys in `done`, over all invocations',
    cause,
  });
  const pages = (list: readonly { key: string; pages: number }[]) =>
    Object.fromEntries([...list].sort((a, b) => (a.key < b.key ? -1 : 1)).map((paper) => [paper.key, paper.pages]));
  t.equal(pages(drained.done), pages(wanted), { what: 'the pages of the documents' });
}

/** `count` times between `from` and `to` milliseconds, at the check's pace. */
function draw(t: Check, count: number, from: number, to: number): number[] {
  return Array.from({ length: count }, () => time(t, from, to));
}

const time = (t: Check, from: number, to: number): number => Math.round(t.seeded.integer(from, to) * t.pace);

/** A time limit of so many seconds, at the check's pace. Less than three leave a busy machine no room where seconds are real. */
const limitOf = (t: Check, seconds: number): number => Math.max(3, Math.round(seconds * t.pace));

check('one-invocation', async (t) => {
  const limit = limitOf(t, t.seeded.integer(20, 50));
  const { bucket, papers } = await inbox(t, draw(t, t.seeded.integer(5, 9), 100, 900));
  const batch = await counter(t, bucket, limit);
  t.did(
    `sent ${papers.length} documents of ${seconds(total(papers))} in all to a function with a time limit of ${limit} s`,
  );
  const drained = await drain(t, batch, { bucket, papers, limit, most: papers.length + 2 });
  expectAll(t, drained, papers);
  t.equal(drained.invocations, 1, {
    what: 'the number of invocations',
    cause: 'The batch stopped although there was time enough for all documents.',
  });

  t.did('then a batch without documents');
  expectAll(t, await drain(t, batch, { bucket, papers: [], limit, most: 1 }), []);
});

check('any-limit', async (t) => {
  for (const limit of [limitOf(t, 3), limitOf(t, t.seeded.integer(4, 7)), limitOf(t, t.seeded.integer(8, 14))]) {
    // Longer together than one invocation, each of them shorter by far; quick and slow ones mixed.
    const times = draw(t, 8, 10, 150);
    while (times.reduce((sum, ms) => sum + ms, 0) < limit * 1600) times.push(time(t, 300, 900));
    const { bucket, papers } = await inbox(t, t.seeded.shuffle(times));
    const batch = await counter(t, bucket, limit);
    t.did(
      `sent ${papers.length} documents of ${seconds(total(papers))} in all to a function with a time limit of ${limit} s, and then each \`next\``,
    );
    expectAll(t, await drain(t, batch, { bucket, papers, limit, most: papers.length + 2 }), papers);
  }
});

check('slow-documents', async (t) => {
  const ms = time(t, 5500, 9000);
  const fit = t.seeded.integer(2, 3);
  // So many fit, and half of the next one: whoever begins that one has not asked how long it will take.
  const limit = Math.ceil((ms * (fit + 0.5)) / 1000);
  const { bucket, papers } = await inbox(t, Array<number>(fit * 2 + 1).fill(ms));
  const batch = await counter(t, bucket, limit);
  t.did(
    `sent ${papers.length} documents of ${seconds(ms)} each to a function with a time limit of ${limit} s, and then each \`next\``,
  );
  expectAll(t, await drain(t, batch, { bucket, papers, limit, most: papers.length + 2 }), papers);
  const reads = (await t.trace()).filter(
    ({ operation, resource }) => operation === 'GetObject' && resource?.startsWith(`${bucket}/`),
  ).length;
  t.equal(reads, papers.length, {
    what: 'how often a document was begun, over all invocations',
    cause:
      'A document was begun, and given up when the time ran out. All of them take equally long: after the first one, it could be known that this one would not fit.',
    hint: 1,
  });
});

check('few-invocations', async (t) => {
  for (const limit of [limitOf(t, t.seeded.integer(6, 7)), limitOf(t, t.seeded.integer(12, 20))]) {
    const { bucket, papers } = await inbox(t, draw(t, 12 + limit * 2, 200, 900));
    const batch = await counter(t, bucket, limit);
    const usable = limit * 1000 - 1000 - 2 * longest(papers);
    const allowed = Math.ceil(total(papers) / usable) + 1;
    t.did(
      `sent ${papers.length} documents of ${seconds(total(papers))} in all, the longest of ${seconds(longest(papers))}, to a function with a time limit of ${limit} s`,
    );
    const drained = await drain(t, batch, { bucket, papers, limit, most: papers.length + 2 });
    expectAll(t, drained, papers);
    t.that(drained.invocations <= allowed, {
      expected: `at most ${allowed} invocations: ⌈${seconds(total(papers))} of work / ${seconds(usable)} of usable time⌉ + 1`,
      seen: `${drained.invocations} invocations`,
      cause:
        'They stopped with much of their time unused: after a fixed number of documents, or with a margin that was chosen at the desk instead of measured.',
      hint: 1,
    });
  }
});

check('surprise', async (t) => {
  const limit = limitOf(t, t.seeded.integer(12, 20));
  // Shares of the limit, which has its pace already.
  const short = () => Array.from({ length: 6 }, () => t.seeded.integer(limit * 80, limit * 120));
  const long = limit * t.seeded.integer(600, 700);
  const { bucket, papers } = await inbox(t, [...short(), long, ...short()]);
  const batch = await counter(t, bucket, limit);
  t.did(
    `sent ${papers.length} documents to a function with a time limit of ${limit} s; the seventh takes ${seconds(long)}, the others at most ${seconds(limit * 120)}`,
  );
  expectAll(t, await drain(t, batch, { bucket, papers, limit, most: papers.length + 2 }), papers);
});

check('too-long', async (t) => {
  const limit = limitOf(t, t.seeded.integer(5, 9));
  const short = () => draw(t, t.seeded.integer(2, 4), 100, 600);
  const endless = () => limit * t.seeded.integer(2000, 4000);
  const { bucket, papers } = await inbox(t, [...short(), endless(), ...short(), endless()]);
  const never = papers.filter(({ ms }) => ms > limit * 1000).map(({ key }) => key);
  const batch = await counter(t, bucket, limit);

  const { key } = papers[0]!;
  const refused = await t.faults.add({
    service: 's3',
    operation: 'GetObject',
    resource: `${bucket}/${key}`,
    effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Access Denied' },
  });
  t.did(`sent ${papers.length} documents, and had S3 refuse to give the first, ${key}`);
  const { error, value } = await batch.invoke({ bucket, keys: papers.map((paper) => paper.key) });
  await t.faults.remove(refused);
  t.that(error !== undefined || !accountedFor(t, value).includes(key), {
    expected: `the invocation fails, or ${key} comes back in \`next\`: reading it has failed, and its time was not up`,
    seen: `it answered ${JSON.stringify(value)}`,
    cause:
      'Every error was taken for the end of the time. A document that could not be read this time may be next time.',
  });

  t.did(
    `sent them all again to the function, whose time limit is ${limit} s; ${never.length} of them take at least ${seconds(limit * 2000)}`,
  );
  expectAll(t, await drain(t, batch, { bucket, papers, limit, most: papers.length + 2 }), papers, never);
});
