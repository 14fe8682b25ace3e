/** Step 3.9: more arrives than one invocation can do, and less than the alarm minds. */
import { CloudWatchClient, DescribeAlarmHistoryCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateAliasCommand,
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { type Check, check } from '#kit';
import { keysIn } from '../../support/buckets.ts';
import { type Document, type Pipeline, pipeline } from './support/pipeline.ts';
import { openQueues } from './support/queues.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Seconds of the function's limit and of each document: an invocation gets about twenty documents done. */
const LIMIT = 15;
const EACH = 4;

/** The function's invocations so far, whoever caused them. */
async function invocations(t: Check, at: Pipeline) {
  return (await t.trace()).filter(
    ({ kind, service, operation, resource }) =>
      kind === 'hop' && service === 'lambda' && operation === 'Invocation' && resource?.includes(`:${at.drain.name}`),
  );
}

/** Every document takes so many seconds. */
async function slow(t: Check, at: Pipeline, seconds: number): Promise<void> {
  const effect = { kind: 'latency', ms: seconds * SECOND } as const;
  await t.faults.add({ service: 's3', operation: 'GetObject', resource: `${at.inbox}/*`, effect });
}

/** Documents that one invocation does not finish, with the messages that S3 would have sent. */
async function backlog(t: Check, at: Pipeline): Promise<Document[]> {
  const documents = await at.uploads(t.seeded.integer(34, 45));
  for (const document of documents) await at.send(document);
  await slow(t, at, EACH);
  return documents;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** How many are counted tells more than which ones; only then it is asked whether they are right. */
async function allCounted(t: Check, at: Pipeline, documents: readonly Document[], cause: string): Promise<void> {
  const results = await keysIn(t, at.results);
  t.that(results.length >= documents.length, {
    expected: `each of the ${documents.length} documents has its result`,
    seen: `${results.length} have one; in the queue are ${(await at.messages()).all} messages`,
    cause,
    hint: 1,
  });
  await at.expectResults(documents, 'There are results of documents that nobody has sent.');
}

check('backlog', async (t) => {
  const at = await pipeline(t, { timeout: LIMIT, threshold: t.seeded.integer(7, 12) });
  await at.ran('wire.ts');
  await slow(t, at, EACH);
  const documents = await at.uploads(at.threshold * t.seeded.integer(4, 5) + t.seeded.integer(1, 6));
  t.did(
    `uploaded ${documents.length} documents of ${EACH} s each, with a threshold of ${at.threshold} and a function with a time limit of ${LIMIT} s, and let six minutes go by`,
  );
  await t.clock.advance(6 * MINUTE);
  const { AlarmHistoryItems = [] } = await t
    .client(CloudWatchClient)
    .send(new DescribeAlarmHistoryCommand({ AlarmName: `${at.name}-depth`, HistoryItemType: 'StateUpdate' }));
  const alarms = AlarmHistoryItems.filter(({ HistorySummary }) => HistorySummary!.endsWith('to ALARM')).length;
  const ran = await invocations(t, at);
  await allCounted(
    t,
    at,
    documents,
    `The alarm went off ${times(alarms)}, and the function ran ${times(ran.length)}. Nobody has started it for what was left.`,
  );
  const failing = ran.filter(({ error }) => error);
  t.that(failing.length === 0, {
    expected: 'each invocation ends well',
    seen: `${failing.length} of ${ran.length} failed: ${failing[0]?.error}`,
    cause:
      'An invocation that waits for the one which it has started runs into its own time limit, and Lambda tries it again.',
    hint: 2,
  });
  t.did('let another three minutes go by');
  await t.clock.advance(3 * MINUTE);
  t.equal((await invocations(t, at)).length, ran.length, {
    what: 'the number of invocations, three minutes after everything was counted',
    cause: 'The chain does not end: an invocation that found nothing has started another one.',
    hint: 2,
  });
});

check('handed-over', async (t) => {
  const at = await pipeline(t, { timeout: LIMIT });
  await openQueues(t, at);
  const FunctionName = at.drain.name;
  const { Version } = await t.aws.lambda.send(new PublishVersionCommand({ FunctionName }));
  await t.aws.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version! }));
  // Whoever comes to $LATEST does not find the queue.
  const { Environment } = await t.aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment!.Variables, QUEUE: t.seeded.name('draft') };
  await t.aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await t.clock.advance(2 * SECOND);
  const documents = await backlog(t, at);

  const refusal = await t.faults.add({
    service: 'lambda',
    operation: 'Invoke',
    // The first one is the grader's own.
    nth: 2,
    effect: { kind: 'error', code: 'AccessDeniedException', status: 403, message: 'Refused by the grader.' },
  });
  const live = t.functionNamed(FunctionName, 'live');
  t.did(
    `invoked the alias live with ${documents.length} documents of ${EACH} s each, and refused the function’s Invoke`,
  );
  const { error } = await live.invoke({});
  const refused = (await t.trace()).some(({ fault }) => fault === refusal);
  t.that(!refused || error !== undefined, {
    expected: 'the invocation fails, so that Lambda tries it again: it could not start the next one',
    seen: 'it succeeded, and the rest of the backlog lies there',
    cause: 'The error was swallowed, or the call was not awaited.',
  });
  await t.faults.remove(refusal);

  t.did('invoked it again, refusing nothing, and let three minutes go by');
  t.succeeded(await live.invoke({}), { what: 'an invocation of live' });
  await t.clock.advance(3 * MINUTE);
  const elsewhere = (await invocations(t, at)).filter(({ resource }) => !resource!.endsWith(':live'));
  t.equal(
    elsewhere.map(({ resource }) => resource),
    [],
    {
      what: 'the invocations of anything else than the alias live',
      cause: 'The function’s name alone means $LATEST: what is being worked on, not what was deployed.',
      hint: 2,
    },
  );
  await allCounted(t, at, documents, 'The chain of invocations has ended before everything was counted.');
});

check('no-runaway', async (t) => {
  const at = await pipeline(t, { timeout: LIMIT });
  await openQueues(t, at);
  t.did('invoked the drain with an empty queue, and let two minutes go by');
  t.succeeded(await at.drain.invoke({}), { what: 'an invocation without messages' });
  await t.clock.advance(2 * MINUTE);
  t.equal((await invocations(t, at)).length, 1, {
    what: 'the number of invocations',
    cause: 'There was nothing to do, and nevertheless the next invocation was started, which starts the next.',
    hint: 2,
  });

  await slow(t, at, LIMIT * 4);
  await at.send(await at.upload());
  t.did(
    `sent a message for a document that takes ${LIMIT * 4} s, with a time limit of ${LIMIT} s, invoked the drain, and let two minutes go by`,
  );
  t.succeeded(await at.drain.invoke({}), { what: 'an invocation with a document that does not fit' });
  await t.clock.advance(2 * MINUTE);
  t.equal((await invocations(t, at)).length, 2, {
    what: 'the number of invocations',
    cause: 'An invocation that got nothing done was followed by another one like it. What would go better there?',
    hint: 2,
  });
});

check('tail', async (t) => {
  const minutes = t.seeded.integer(35, 70);
  const at = await pipeline(t, { sweepMinutes: minutes });
  // No alarm is watching this queue, as none does below its threshold.
  await openQueues(t, at);
  await at.ran('sweep.ts');
  t.did(`ran sweep.ts with ${minutes} minutes`);
  const counted: Document[] = [];
  const swept = async (minutes: number, after: number) => {
    await t.clock.advance(after * MINUTE);
    const documents = await at.uploads(t.seeded.integer(2, 6));
    for (const document of documents) await at.send(document);
    counted.push(...documents);
    const before = (await invocations(t, at)).length;
    t.did(
      `${after} minutes later sent messages for documents, ${counted.length} in all by now, and let ${minutes + 2} minutes go by`,
    );
    await t.clock.advance((minutes + 2) * MINUTE);
    await at.expectResults(
      counted,
      'They are too few for the alarm, and nothing else has started the drain in time. Is there a schedule, does it go on, and may it invoke the function?',
      3,
    );
    const starts = (await invocations(t, at)).length - before;
    t.that(starts <= 2, {
      expected: `the drain is started every ${minutes} minutes`,
      seen: `${starts} times in ${minutes + 2} minutes`,
      cause: 'A sweep finds next to nothing most of the time: it is paid for all the same.',
    });
  };
  await swept(minutes, t.seeded.integer(3, minutes - 3));

  const fewer = t.seeded.integer(7, 20);
  await at.ran('sweep.ts', { SWEEP_MINUTES: String(fewer) });
  t.did(`ran sweep.ts again, with ${fewer} minutes`);
  await swept(fewer, 1);
  await swept(fewer, t.seeded.integer(2, 5));
});
