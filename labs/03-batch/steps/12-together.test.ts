/** Step 3.12: all files of part B, wired by the learner's own scripts, under faults, with a backlog, and taken down. */
import { GetQueueUrlCommand, QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { type Check, check } from '#kit';
import { put } from '../../support/buckets.ts';
import { arrive, expectConserved, untilEmpty } from './support/conservation.ts';
import { expectGone, savedLetters } from './support/gone.ts';
import { type Pipeline, pipeline } from './support/pipeline.ts';

const MINUTE = 60_000;

/** Runs wire.ts, and looks whether there are queues to go on with. */
async function wired(t: Check, p: Pipeline): Promise<void> {
  await p.ran('wire.ts');
  for (const QueueName of [p.name, p.dead]) {
    try {
      await t.aws.sqs.send(new GetQueueUrlCommand({ QueueName }));
    } catch (error) {
      if (!(error instanceof QueueDoesNotExist)) throw error;
      t.that(false, {
        expected: `wire.ts has made the queues ${p.name} and ${p.dead}`,
        seen: `there is no queue ${QueueName}`,
        cause: 'The script ended without an error before the queue was made: that is step 3.5.',
      });
    }
  }
}

check('one-place', async (t) => {
  const p = await pipeline(t, { timeout: 20, maxReceives: 6, sweepMinutes: t.seeded.integer(5, 15) });
  await wired(t, p);
  await p.ran('sweep.ts');
  const documents = 60;
  t.did(
    `ran wire.ts with a threshold of ${p.threshold} and sweep.ts with ${p.sweepMinutes} minutes, and uploaded ${documents} documents: 20 % are told of or delivered twice, 5 % are no PDF, and the drain is killed twice, once between a result and the deletion of its message`,
  );
  const arrived = await arrive(t, p, {
    documents,
    crashes: [
      'result written, message not deleted',
      t.seeded.pick(['messages received, nothing done', 'document read, nothing written']),
    ],
  });
  t.equal(await untilEmpty(t, p, 120), 0, {
    what: 'the messages in the queue, two hours later',
    cause:
      'After a crash nobody came back for what had been left: the alarm acts once, and only when its state changes.',
    hint: 2,
  });
  const tail = await p.uploads(t.seeded.integer(2, p.threshold - 2));
  t.did(`uploaded ${tail.length} more, too few for the alarm`);
  t.equal(await untilEmpty(t, p, 2 * p.sweepMinutes), 0, {
    what: `the messages in the queue, two sweeps of ${p.sweepMinutes} minutes later`,
    cause: 'What is too few for the alarm waits for a sweep, and none came, or it did not start the drain.',
    hint: 2,
  });
  const all = { ...arrived, good: [...arrived.good, ...tail] };
  await expectConserved(
    t,
    p,
    all,
    (await p.deadLetters()).map(({ Body }) => Body!),
  );
});

check('whole-backlog', async (t) => {
  const timeout = 8;
  const p = await pipeline(t, { timeout, maxReceives: 3 });
  await wired(t, p);
  const reading = { service: 's3', operation: 'GetObject' } as const;
  await t.faults.add({ ...reading, resource: `${p.inbox}/*`, effect: { kind: 'latency', ms: 2500 } });
  const denied = await t.faults.add({
    ...reading,
    resource: `${p.inbox}/sealed-*`,
    effect: { kind: 'error', code: 'AccessDenied', status: 403 },
  });
  const letters = await p.uploads(p.threshold + 30);
  // Last: who takes one message at a time would begin with an invocation that gets nothing done.
  const sealed = [await p.upload(`${t.seeded.name('sealed')}.pdf`), await p.upload(`${t.seeded.name('sealed')}.pdf`)];
  t.did(
    `ran wire.ts, without a sweep, and uploaded ${letters.length + 2} documents, two of which may not be read; each takes 2.5 s, and an invocation has ${timeout} s`,
  );
  await t.clock.advance(15 * MINUTE);
  await p.expectResults(
    letters,
    'The backlog was longer than one invocation. The alarm stayed in ALARM, and what stays does not act: somebody else has to go on.',
    2,
  );

  for (let round = 0; round < 12 && (await p.messages()).all > 0; round++) {
    t.succeeded(await p.drain.invoke({ sweep: new Date(await t.clock.now()).toISOString() }));
    await t.clock.advance(15 * MINUTE);
  }
  t.equal(
    (await p.deadLetters()).map(({ Body }) => sealed.find(({ key }) => Body!.includes(key))?.key).sort(),
    sealed.map(({ key }) => key).sort(),
    {
      what: `the documents in the dead-letter queue, after ${p.maxReceives} attempts at each`,
      cause: 'What failed for a while was deleted, or goes round for ever.',
      hint: 2,
    },
  );
  await t.faults.remove(denied);
  t.did(
    'started the drain every 15 minutes until those two were dead letters; then let them be read, ran redrive.ts and started the drain',
  );
  await p.ran('redrive.ts');
  for (let round = 0; round < 3 && (await p.messages()).all > 0; round++) {
    t.succeeded(await p.drain.invoke({ sweep: new Date(await t.clock.now()).toISOString() }));
    await t.clock.advance(MINUTE);
  }
  t.equal([(await p.messages()).all, (await p.messages(p.dead)).all], [0, 0], {
    what: 'the messages in the queue and in the dead-letter queue',
    cause: 'What was brought back did not find its way through a second time.',
  });
  await p.expectResults(
    [...letters, ...sealed],
    'A document that had failed before was taken for one that is done with: something remembers what it has seen.',
    3,
  );
});

check('taken-down', async (t) => {
  const p = await pipeline(t, { timeout: 20, maxReceives: 6 });
  await wired(t, p);
  await p.ran('sweep.ts');
  await t.faults.add({
    service: 's3',
    operation: 'GetObject',
    resource: `${p.inbox}/*`,
    effect: { kind: 'latency', ms: 1000 },
  });
  const arrived = await arrive(t, p, {
    documents: p.threshold + 10,
    crashes: ['result written, message not deleted'],
  });
  const waited = t.seeded.integer(30, 125);
  await t.clock.advance(waited * 1000);
  t.did(
    `uploaded ${p.threshold + 10} documents to a pipeline with a threshold of ${p.threshold}; ran teardown.ts ${waited} s later, and the drain was killed once between a result and the deletion of its message`,
  );
  await p.ran('teardown.ts');
  await expectGone(t, p);
  await expectConserved(t, p, arrived, await savedLetters(t, p));

  const before = (await t.trace()).length;
  await put(t, p.inbox, `${t.seeded.name('late')}.pdf`, 'late');
  await t.clock.advance(120 * MINUTE);
  t.equal((await t.trace()).slice(before).filter(({ operation }) => operation === 'Invocation').length, 0, {
    what: 'how often the drain was invoked in the two hours after that, with a document more in the inbox',
    cause: 'Something that starts the drain is still there.',
  });
});
