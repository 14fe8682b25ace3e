/** Step 3.6: the queue is filled by the grader, and the drain is started by hand. S3 takes as long as the check makes it take. */
import { type Check, check, type Invocation } from '#kit';
import { keysIn } from '../../support/buckets.ts';
import { type Document, type Pipeline, pipeline } from './support/pipeline.ts';
import { testEvent } from './support/s3-messages.ts';

const MINUTE = 60_000;

/** Puts documents into the inbox and a message for each into the queue. */
async function fill(office: Pipeline, count: number, delay = 0): Promise<Document[]> {
  const papers = await office.uploads(count);
  for (const paper of papers) await office.send(paper, delay);
  return papers;
}

/** Makes reading these documents take so many milliseconds: each time, or `nth` time. */
async function slow(
  t: Check,
  { inbox }: Pipeline,
  papers: readonly Document[],
  ms: () => number,
  nth?: number,
): Promise<void> {
  for (const { key } of papers) {
    await t.faults.add({
      service: 's3',
      operation: 'GetObject',
      resource: `${inbox}/${key}`,
      ...(nth === undefined ? {} : { nth }),
      effect: { kind: 'latency', ms: ms() },
    });
  }
}

/** `left`: what the answer has to say; its shape is judged with it. */
function expectAnswer(t: Check, { value }: Invocation, left: boolean, cause: string): { drained: number } {
  const { drained, left: seen } = (value ?? {}) as { drained?: unknown; left?: unknown };
  t.that(typeof drained === 'number' && seen === left, {
    expected: `the answer { drained: a number, left: ${left} }`,
    seen: JSON.stringify(value) ?? 'undefined',
    cause,
  });
  return { drained: drained as number };
}

async function expectQueue(t: Check, office: Pipeline, all: number, cause: string): Promise<void> {
  const messages = await office.messages();
  t.equal(messages.all, all, { what: `the number of messages in ${office.name}, in flight or not`, cause });
}

const TIMED_OUT =
  'It was still at work when its time was up: nothing is handed back then, and nobody is told that work is left.';

check('empties', async (t) => {
  const office = await pipeline(t, { timeout: 120 });
  await office.queues();
  // First of all, so that they cost a batch if anything does.
  for (const body of t.seeded.shuffle([testEvent(office.inbox), 'is anybody there?'])) await office.sendBody(body);
  const page = await office.uploadBytes(`${t.seeded.name('saved-page')}.pdf`, '<!doctype html><h1>404</h1>');
  await office.send(page);
  const several = await office.uploads(t.seeded.integer(2, 4));
  await office.send(several);
  const singles = await fill(office, t.seeded.integer(21, 28));
  const papers = [...singles, ...several];
  t.did(
    `filled the queue with the test event of S3, a message that is no event at all, one of an HTML page, one of ${several.length} documents, and ${singles.length} of one document each; then started the drain`,
  );
  const invocation = await office.drain.invoke({});
  t.succeeded(invocation, {
    what: 'the drain',
    cause: 'One message was enough to fail all. What a message is not worth, the others are not to pay for.',
  });
  await office.expectResults(
    papers,
    'Some messages were not received, or one that failed kept others from being worked on. A receipt gets at most ten messages, and one message may tell of several documents.',
  );
  await expectQueue(
    t,
    office,
    0,
    'A message stays in the queue until it is deleted. One that tells of no document has been dealt with, too.',
  );
  t.equal(
    (await office.deadLetters()).map(({ Body }) => Body?.includes(page.eTag)),
    [true],
    {
      what: 'whether the messages in the dead-letter queue are the page’s',
      cause: '`failed` decides what becomes of a message whose document could not be counted. It has to be told.',
    },
  );
  const { drained } = expectAnswer(t, invocation, false, 'The queue was empty at the end, so nothing is left.');
  t.that(drained > singles.length, {
    expected: `drained counts the messages that were done with: ${singles.length + 1} or more`,
    seen: `it is ${drained}`,
    cause: 'Something else was counted: polls, or documents of the last batch alone.',
  });
});

check('arrives-meanwhile', async (t) => {
  const office = await pipeline(t, { timeout: 300 });
  await office.queues({ visibility: 60 });
  const first = await fill(office, 3);
  await slow(t, office, first, () => t.seeded.integer(3000, 5000));
  const during = await fill(office, t.seeded.integer(2, 5), 2);
  t.did(
    `filled the queue with 3 documents that take some seconds each, and ${during.length} whose messages come 2 s later; then started the drain`,
  );
  const once = await office.drain.invoke({});
  t.succeeded(once, { what: 'the drain', cause: TIMED_OUT });
  await office.expectResults(
    [...first, ...during],
    'What came while the drain was at work was left lying. How much there was at the beginning says nothing about the end.',
  );
  expectAnswer(t, once, false, 'The queue was empty at the end, so nothing is left.');

  const after = await fill(office, 2, 1);
  t.did(`started it again with an empty queue; ${after.length} documents came one second later`);
  const again = await office.drain.invoke({});
  t.succeeded(again, { what: 'the drain', cause: TIMED_OUT });
  await office.expectResults(
    [...first, ...during, ...after],
    'A poll that does not wait says that it has found nothing, not that there is nothing: it asks some of the servers, at one moment.',
  );
  const limit = 100_000;
  t.that(again.duration < limit, {
    expected: `an invocation that finds no more ends by itself, within ${limit / 1000} s`,
    seen: `it took ${Math.round(again.duration / 1000)} s of its 300`,
    cause: 'It went on polling an empty queue. That is billed like work.',
  });
});

check('result-first', async (t) => {
  const office = await pipeline(t, { timeout: 120 });
  await office.queues();
  const papers = await fill(office, t.seeded.integer(5, 9));
  const [unread, unwritten] = t.seeded.shuffle(papers) as [Document, Document];
  const busy = { kind: 'error', code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' } as const;
  const faults = [
    { operation: 'GetObject', resource: `${office.inbox}/${unread.key}` },
    { operation: 'PutObject', resource: `${office.results}/${unwritten.key}/*` },
  ];
  const added = await Promise.all(faults.map((fault) => t.faults.add({ service: 's3', ...fault, effect: busy })));
  const good = papers.filter((one) => one !== unread && one !== unwritten);
  t.did(
    `filled the queue with ${papers.length} documents, made S3 refuse to read one and to write the result of another, and started the drain`,
  );
  t.succeeded(await office.drain.invoke({}), {
    what: 'the drain',
    cause: 'A document that fails is a matter for `failed`, and not the end of the invocation.',
  });
  await office.expectResults(good, 'A document that failed cost others their result.');
  await expectQueue(
    t,
    office,
    2,
    'A message was deleted although the result of its document is not there: nobody will ever know of it again.',
  );

  await Promise.all(added.map((id) => t.faults.remove(id)));
  await t.clock.advance(16 * MINUTE, {
    wall: 2 * MINUTE,
    // `failed` is the reference answer's here, which lets a first failure rest for half a minute.
    until: async () => (await office.messages()).visible === 2,
  });
  t.did('made S3 work again, and started the drain a quarter of an hour later');
  t.succeeded(await office.drain.invoke({}), { what: 'the drain' });
  await office.expectResults(papers, 'What failed once was not tried again.');
  await expectQueue(t, office, 0, 'The message of a document that has its result is still there.');
});

check('time-limit', async (t) => {
  const timeout = t.seeded.integer(22, 32);
  const office = await pipeline(t, { timeout, maxReceives: 10 });
  await office.queues({ visibility: 10 * timeout });
  const papers = await fill(office, t.seeded.integer(32, 40));
  await slow(t, office, papers, () => t.seeded.integer(4000, 8000));
  t.did(
    `filled the queue with ${papers.length} documents of 4 to 8 s each, and started a drain with a time limit of ${timeout} s; it starts itself again while work is left`,
  );
  const first = await office.drain.invoke({});
  t.succeeded(first, { what: `an invocation with a time limit of ${timeout} s`, cause: TIMED_OUT });
  // Nobody moves the clock now: what is there has been done by this invocation.
  const open = papers.length - (await keysIn(t, office.results)).length;
  // With nothing open it may have stopped before it could know that.
  if (open > 0) {
    expectAnswer(
      t,
      first,
      true,
      `It stopped with ${open} documents to go. Who reads \`left\` takes the queue for empty.`,
    );
  }
  // Time enough for a chain of invocations, however long. Once it has ended, nobody looks any more.
  await t.clock.advance(30 * MINUTE);
  const lost = (await t.trace()).filter(({ operation, error }) => operation === 'Invocation' && error !== undefined);
  t.equal(
    lost.map(({ error }) => error),
    [],
    { what: 'the errors of the invocations that followed', cause: TIMED_OUT },
  );
  await office.expectResults(
    papers,
    'Messages that an invocation had received and did not get to are hidden from the next one, until their visibility timeout is over. That one finds an empty queue and ends.',
  );
  await expectQueue(t, office, 0, 'A message whose result is there was not deleted.');
  await handsBack(t, office, papers);
});

/**
 * A document that takes far longer than all before it: no estimate foresees that. The quick ones see to it that something was got
 * done, so that the drain starts itself again.
 */
async function handsBack(t: Check, office: Pipeline, before: readonly Document[]): Promise<void> {
  const [soon, limit] = [10, office.timeout];
  // Not much longer than the invocation: the cloud lets time go by until a reading has been answered.
  const reading = limit + 3;
  const quick = await fill(office, t.seeded.integer(11, 14));
  const [long] = (await fill(office, 1)) as [Document];
  await slow(t, office, [long], () => reading * 1000, 1);
  t.did(
    `then filled it with ${quick.length} documents that take no time, and ${long.key}, whose first reading takes ${reading} s, at the end; started the drain, and let ${soon} s go by after it`,
  );
  const cut = await office.drain.invoke({});
  t.succeeded(cut, { what: `an invocation with a time limit of ${limit} s`, cause: TIMED_OUT });
  expectAnswer(t, cut, true, `It stopped before ${long.key} was done. Who reads \`left\` takes the queue for empty.`);
  await t.clock.advance(soon * 1000);
  const { visible, inFlight, all } = await office.messages();
  const dead = (await office.deadLetters()).length;
  t.that(all + dead === 0, {
    expected: `the message of ${long.key} was visible when that invocation returned, and the next one, which began at once, is done with it: no message is left`,
    seen: `${visible} visible, ${inFlight} hidden from everybody, ${dead} dead letters`,
    cause:
      'When its time was up, the drain left the message as it was, or called it a failure. So it stays hidden though nobody works on it, and the next invocation took the queue for empty.',
    hint: 2,
  });
  await office.expectResults([...before, ...quick, long], 'What was not finished was deleted.');
}

check('hands-off', async (t) => {
  const visibility = t.seeded.integer(15, 20);
  const office = await pipeline(t, { timeout: 900 });
  await office.queues({ visibility });
  const long = await fill(office, 10);
  // Longer than the visibility timeout at any pace; who takes one at a time is to come to an end where seconds are real, too.
  await slow(t, office, long, () => Math.round(t.seeded.integer(60_000, 80_000) * t.pace));
  const short = await fill(office, 2);
  await slow(t, office, short, () => 1000 * (visibility + 10));
  const papers = [...long, ...short];
  t.did(
    `filled a queue with a visibility timeout of ${visibility} s with 10 documents of ${60 * t.pace} s and more, and 2 of ${visibility + 10} s; started two drains at once`,
  );
  for (const invocation of await office.drain.invokeTogether([{}, {}])) {
    t.succeeded(invocation, { what: 'the drain', cause: TIMED_OUT });
  }
  await office.expectResults(papers, 'Two drains at a time got into each other’s way.');
  const reads = (await t.trace()).filter(({ operation }) => operation === 'GetObject');
  const twice = papers.filter(
    ({ key }) => reads.filter(({ resource }) => resource === `${office.inbox}/${key}`).length > 1,
  );
  t.that(twice.length === 0, {
    expected: 'each document is read once',
    seen: `${twice.length} of ${papers.length} were read by both`,
    cause:
      'While one was still at work on a message, its visibility timeout ran out, and the other was given the same message.',
  });
  await expectQueue(t, office, 0, 'A message whose result is there was not deleted.');
});
