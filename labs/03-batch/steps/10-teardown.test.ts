/** Step 3.10: the pipeline is taken down at several moments, and then asked for: what stands, and where is each document? */
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { type Check, check } from '#kit';
import { json, keysIn } from '../../support/buckets.ts';
import { endsInFailure } from '../../support/scripts.ts';
import { type Document, type Pipeline, pipeline } from './support/pipeline.ts';
import { poisons } from './support/poison.ts';
import { type DeadLetter, layDead, openQueues, take } from './support/queues.ts';
import { functionSettled } from './support/settled.ts';
import { mapped, neighbours, standing } from './support/standing.ts';

const FOLDER = 'dead-letters/';
const MINUTE = 60;

async function nothingStands(t: Check, at: Pipeline, cause: string): Promise<void> {
  const { own } = await standing(t, at);
  t.equal(own, [], { what: 'what of the pipeline still stands', cause, hint: 1 });
}

/** What became of each document: `counted`, with these pages, or `dead`, as a saved letter. */
async function whereabouts(t: Check, at: Pipeline): Promise<Record<string, string>> {
  const keys = await keysIn(t, at.results);
  const entries = await Promise.all(
    keys.map(async (key): Promise<[string, string]> => {
      const content = await json(t, at.results, key);
      if (!key.startsWith(FOLDER)) return [key.split('/')[0]!, `counted, ${(content as Document).pages} pages`];
      return [documentOf(content), 'dead'];
    }),
  );
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The key of the document that a saved dead letter is about. */
function documentOf(saved: unknown): string {
  const { body } = (saved ?? {}) as Partial<DeadLetter>;
  try {
    return JSON.parse(body!).Records[0].s3.object.key as string;
  } catch {
    return `a dead letter without the body of its message: ${JSON.stringify(saved)?.slice(0, 80)}`;
  }
}

async function allAccountedFor(
  t: Check,
  at: Pipeline,
  good: readonly Document[],
  bad: readonly { readonly key: string }[],
  cause: string,
): Promise<void> {
  const expected = Object.fromEntries(
    [
      ...good.map(({ key, pages }) => [key, `counted, ${pages} pages`] as const),
      ...bad.map(({ key }) => [key, 'dead'] as const),
    ].sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  t.equal(await whereabouts(t, at), expected, {
    what: `what became of the documents, by the results and by ${FOLDER} in the results bucket`,
    cause,
    hint: 2,
  });
}

/** One unreadable document. */
async function poison(t: Check, at: Pipeline): Promise<Pick<Document, 'key' | 'eTag'>> {
  return await at.uploadBytes(`${t.seeded.name('scan')}.pdf`, poisons(t.seeded)[0]!.bytes);
}

check('any-time', async (t) => {
  const at = await pipeline(t, { threshold: t.seeded.integer(9, 14) });
  await neighbours(t, at);
  await at.ran('wire.ts');
  await at.ran('sweep.ts');
  await mapped(t, at);
  const good = await at.uploads(at.threshold - 3);
  const bad = [await poison(t, at)];
  t.did(
    `ran wire.ts and sweep.ts, put an event source mapping on the queue, uploaded ${good.length} documents and an unreadable one, and ran teardown.ts`,
  );
  await at.ran('teardown.ts');
  await nothingStands(t, at, 'What has no end of its own goes on: it is billed, or it starts a function for nobody.');
  const lost = 'The queue was deleted with messages in it, or the dead letters were.';
  await allAccountedFor(t, at, good, bad, lost);
  t.equal(await keysIn(t, at.inbox), [...good, ...bad].map(({ key }) => key).sort(), {
    what: 'the documents in the inbox',
    cause: 'The documents are the office’s. What is taken down is what counted them.',
  });
  const { neighbours: beside } = await standing(t, at);
  t.equal(
    beside.map((one) => one.split(' ')[0]),
    ['notification', 'alarm', 'permission', 'queue'],
    {
      what: 'the kinds of what other people have on this bucket and this function',
      cause:
        'A bucket’s notifications are replaced as a whole, and names that begin alike are not the same name. Only what is the pipeline’s own may go.',
    },
  );
  t.did('ran teardown.ts again');
  await at.ran('teardown.ts');
  await nothingStands(t, at, 'The second run has made something.');
  await allAccountedFor(t, at, good, bad, lost);
});

check('in-flight', async (t) => {
  const at = await pipeline(t, { maxReceives: 3 });
  await openQueues(t, at);
  const [held, delayed, waiting] = [await at.uploads(2), await at.upload(), await at.uploads(2)];
  const throttled = await at.upload();
  await t.faults.add({
    service: 's3',
    operation: 'GetObject',
    resource: `${at.inbox}/${throttled.key}`,
    effect: { kind: 'error', code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' },
  });
  const letters = [await layDead(t, at, await poison(t, at))];
  await take(t, at.dead, 20 * MINUTE);
  letters.push(await layDead(t, at, await poison(t, at)));
  for (const document of held) await at.send(document);
  await take(t, at.name, 7 * MINUTE);
  await at.send(delayed, 4 * MINUTE);
  for (const document of [...waiting, throttled]) await at.send(document);
  t.did(
    `put messages into the queue: ${held.length} in flight for 7 minutes, one delayed for 4, ${waiting.length} visible, one of a document that S3 throttles; and 2 dead letters, one of them in flight for 20 minutes; then ran teardown.ts`,
  );
  await at.ran('teardown.ts');
  await allAccountedFor(
    t,
    at,
    [...held, delayed, ...waiting],
    [throttled, ...letters.map((letter) => ({ key: documentOf(letter) }))],
    'A message that is in flight or delayed is not visible, and yet it is in the queue. Somebody has deleted or purged the queue over it.',
  );
  for (const letter of letters) {
    const key = `${FOLDER}${letter.id}.json`;
    t.equal((await keysIn(t, at.results)).includes(key), true, { what: `there is an object ${key}` });
    t.equal(await json(t, at.results, key), letter, { what: `the saved dead letter ${key}` });
  }
  await nothingStands(t, at, 'The script ended before it had come to this.');
});

check('resumes', async (t) => {
  const at = await pipeline(t, { threshold: t.seeded.integer(9, 14) });
  await at.ran('wire.ts');
  await at.ran('sweep.ts');
  const good = await at.uploads(t.seeded.integer(3, 5));
  const bad = [await poison(t, at), await poison(t, at)];
  const refusals = t.seeded.shuffle([
    ['cloudwatch', 'DeleteAlarms', undefined],
    t.seeded.pick([
      ['s3', 'PutObject', `${at.results}/${FOLDER}*`],
      ['sqs', 'DeleteQueue', at.name],
      ['sqs', 'DeleteQueue', at.dead],
    ] as const),
    t.seeded.pick([
      ['s3', 'PutBucketNotificationConfiguration', at.inbox],
      ['scheduler', 'DeleteSchedule', undefined],
      ['lambda', 'RemovePermission', undefined],
      ['lambda', 'Invoke', undefined],
    ] as const),
  ] as const);
  t.did(`ran wire.ts and sweep.ts, uploaded ${good.length} documents and ${bad.length} unreadable ones`);
  for (const [service, operation, resource] of refusals) {
    const what = resource && service === 'sqs' ? `${operation} of ${resource}` : operation;
    t.did(`ran teardown.ts, and refused ${what}`);
    const fault = await t.faults.add({
      service,
      operation,
      ...(resource ? { resource } : {}),
      effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Refused by the grader.' },
    });
    const broken = await at.run('teardown.ts');
    await t.faults.remove(fault);
    const refused = (await t.trace()).some((entry) => entry.fault === fault);
    if (refused) {
      endsInFailure(t, 'teardown.ts', broken, ` when ${what} is refused`, {
        cause: 'The error was swallowed: taken for “it is gone already”, perhaps, or the call was not awaited.',
      });
    }
  }
  t.did('then let a run through');
  await at.ran('teardown.ts');
  await nothingStands(
    t,
    at,
    'A run went by what it found first. That the queue is gone does not say that everything is.',
  );
  await allAccountedFor(t, at, good, bad, 'A run that broke off had received or deleted what was nowhere else yet.');
});

check('drain-fails', async (t) => {
  const at = await pipeline(t);
  await openQueues(t, at, { MessageRetentionPeriod: String(10 * MINUTE) });
  const good = await at.uploads(t.seeded.integer(3, 6));
  for (const document of good) await at.send(document);
  const configured = (QUEUE: string) =>
    t.aws.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: at.drain.name,
        Environment: { Variables: { QUEUE, DEAD: at.dead, INBOX: at.inbox, RESULTS: at.results } },
      }),
    );
  await configured(t.seeded.name('mistyped'));
  await functionSettled(t, at.drain.name);
  t.did(
    `put ${good.length} messages into a queue that keeps them for 10 minutes, gave the drain a wrong setting with which it always fails, and ran teardown.ts`,
  );
  const run = await at.run('teardown.ts');
  const { own } = await standing(t, at);
  t.that(own.includes(`queue ${at.name}`) && (await at.messages()).all === good.length, {
    expected: `the ${good.length} messages are still in the queue: they have no results`,
    seen: own.includes(`queue ${at.name}`) ? `${(await at.messages()).all} messages` : 'the queue is gone',
    cause:
      'The answer of an invocation that failed looks like any other but for `FunctionError`. Waiting on does not help either: messages expire.',
    hint: 3,
  });
  endsInFailure(t, 'teardown.ts', run, ': nothing is taken down yet');
});
