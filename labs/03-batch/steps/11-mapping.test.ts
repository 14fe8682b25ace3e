/** Step 3.11: the script is run on queues in different states, its mapping works on documents, and both designs are measured. */
import {
  CreateEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type Check, check } from '#kit';
import { keysIn, put } from '../../support/buckets.ts';
import { plain } from '../../support/documents.ts';
import { compare } from './support/comparison.ts';
import { judgeForm } from './support/decision.ts';
import { ended, expectMapping, found, mapped, runMapping, type Settings } from './support/mapped.ts';
import { mappingsSettled } from './support/settled.ts';

const draw = (t: Check): Settings => ({
  batchSize: t.seeded.pick([t.seeded.integer(2, 10), t.seeded.integer(11, 300)]),
  window: t.seeded.integer(1, 60),
  concurrency: t.seeded.integer(2, 20),
});

/** Seconds of the shortest time limit that leaves a busy machine room where seconds are real, and milliseconds that it may be late. */
const SHORTEST = 6;
const BUSY = 15_000;

const told = ({ batchSize, window, concurrency }: Settings): string =>
  `BATCH_SIZE=${batchSize}, WINDOW_SECONDS=${window}, MAXIMUM_CONCURRENCY=${concurrency}`;

check('as-asked', async (t) => {
  const timeout = t.seeded.integer(10, 60);
  const at = await mapped(t, { timeout });
  const settings = draw(t);
  t.did(`ran mapping.ts with ${told(settings)}, for a function with a time limit of ${timeout} s`);
  ended(t, await runMapping(at, settings));
  await expectMapping(t, at, settings, timeout);
});

check('mapping-again', async (t) => {
  const timeout = t.seeded.integer(5, 20);
  const at = await mapped(t, { timeout });
  const earlier = await t.deploy('batch.ts', {
    timeout,
    policy: [{ Effect: 'Allow', Action: 'sqs:*', Resource: at.arn }],
  });
  const { UUID } = await t.aws.lambda.send(
    new CreateEventSourceMappingCommand({ EventSourceArn: at.arn, FunctionName: earlier.name }),
  );
  await mappingsSettled(t);
  await t.aws.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  const hidden = 6 * 60 + 60 + t.seeded.integer(100, 2000);
  await t.aws.sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: at.url, Attributes: { VisibilityTimeout: String(hidden) } }),
  );
  t.did(
    `made a mapping from the queue to another function, as an earlier run would, and switched it off; had the queue hide messages for ${hidden} s`,
  );

  const effect = { kind: 'lost-reply' } as const;
  const faults = [
    await t.faults.add({ service: 'lambda', operation: 'CreateEventSourceMapping', nth: 1, effect }),
    await t.faults.add({ service: 'lambda', operation: 'UpdateEventSourceMapping', nth: 1, effect }),
  ];
  const settings = draw(t);
  t.did(
    `at once ran mapping.ts with ${told(settings)}; the connection broke before it was told that the mapping is made`,
  );
  await runMapping(at, settings);
  for (const fault of faults) await t.faults.remove(fault);

  const longer = timeout + t.seeded.integer(10, 30);
  await t.aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: at.drain.name, Timeout: longer }));
  const changed = draw(t);
  t.did(`gave the function a time limit of ${longer} s, and at once ran mapping.ts with ${told(changed)}`);
  ended(t, await runMapping(at, changed));
  await expectMapping(t, at, changed, longer);
  t.equal((await found(t, at)).visibility, hidden, {
    what: 'the seconds for which the queue hides a message',
    cause: 'It hid them for longer than this mapping needs. Somebody had a reason for that.',
  });
});

check('partial-failures', async (t) => {
  const receives = t.seeded.integer(2, 3);
  const limit = Math.max(SHORTEST, Math.round(t.seeded.integer(5, 9) * t.pace));
  const at = await mapped(t, { timeout: limit, maxReceives: receives });
  const { inbox, results } = at;
  const keys = Array.from({ length: 10 }, (_, i) => `${t.seeded.name(`d${i}`)}.pdf`);
  const [unreadable, denied, slow, ...good] = t.seeded.shuffle(keys) as [string, string, string, ...string[]];
  for (const key of keys) await put(t, inbox, key, key === unreadable ? '<h1>404</h1>' : plain(t.seeded.integer(1, 5)));
  const reading = { service: 's3', operation: 'GetObject' } as const;
  const faults = [
    await t.faults.add({
      ...reading,
      resource: `${inbox}/${denied}`,
      effect: { kind: 'error', code: 'AccessDenied', status: 403 },
    }),
    await t.faults.add({ ...reading, resource: `${inbox}/${slow}`, effect: { kind: 'latency', ms: limit * 3000 } }),
  ];
  t.did(
    `uploaded 10 documents and had a mapping with ReportBatchItemFailures invoke batch.ts with all of them: one of them is an HTML page, one may not be read, and one takes three times as long as the time limit of ${limit} s`,
  );
  const window = 2;
  await t.aws.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: at.url,
      Attributes: { VisibilityTimeout: String(6 * limit + window) },
    }),
  );
  await t.aws.lambda.send(
    new CreateEventSourceMappingCommand({
      EventSourceArn: at.arn,
      FunctionName: at.drain.name,
      MaximumBatchingWindowInSeconds: window,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  );
  const batch = (limit + window + 3) * 1000;
  const counted = async () => (await keysIn(t, results)).map((key) => key.slice(0, key.lastIndexOf('/'))).sort();
  await t.clock.advance(batch, { wall: batch + BUSY, until: async () => (await counted()).length >= good.length });
  const cause =
    'One message failed the batch, so that all came back; or the answer named others than those that failed, or none although some had failed. Who runs into the time limit names nobody.';
  t.equal(await counted(), [...good].sort(), { what: 'the documents with a result, after one invocation', cause });

  for (const fault of faults) await t.faults.remove(fault);
  const hidden = 6 * limit + window;
  const rounds = (receives + 1) * (hidden * 1000 + batch);
  await t.clock.advance(rounds, { wall: rounds + BUSY, until: async () => (await at.messages()).all === 0 });
  t.did(`mended the second and the third, and let ${receives + 1} visibility timeouts of ${hidden} s go by`);
  t.equal(await counted(), [denied, slow, ...good].sort(), {
    what: 'the documents with a result, after that',
    cause:
      'A message whose document was not counted was deleted: it was not named in the answer, or nobody read the answer.',
    hint: 3,
  });
  const reads = (await t.trace()).filter(({ operation }) => operation === 'GetObject');
  t.equal(
    Object.fromEntries(good.map((key) => [key, reads.filter(({ resource }) => resource === `${inbox}/${key}`).length])),
    Object.fromEntries(good.map((key) => [key, 1])),
    { what: 'how often each good document was read', cause, hint: 3 },
  );
  t.equal(
    (await at.deadLetters()).map(({ Body }) => keys.find((key) => Body!.includes(key))),
    [unreadable],
    {
      what: 'the documents in the dead-letter queue',
      cause: 'What can never be counted has to fail as often as the queue allows, and nothing else may.',
    },
  );
});

check('decision', async (t) => judgeForm(t, await compare(t)));
