/** Step 3.8: documents that cannot be counted arrive among others, S3 throttles, and dead letters are brought back. */
import type { Message } from '@aws-sdk/client-sqs';
import { type Check, check } from '#kit';
import { endsInFailure, endsWell } from '../../support/scripts.ts';
import { type Document, type Pipeline, pipeline } from './support/pipeline.ts';
import { poisons } from './support/poison.ts';
import { bodyOf, layDead, openQueues, take } from './support/queues.ts';

type Version = Pick<Document, 'key' | 'eTag'>;

const SECOND = 1000;
/** Longer than any wait that the step allows between two attempts. */
const LONGEST_WAIT = 15 * 60;

async function office(t: Check, setup: { maxReceives?: number } = {}): Promise<Pipeline> {
  const made = await pipeline(t, setup);
  await openQueues(t, made);
  return made;
}

/** Documents of each unreadable kind. */
async function poisoned(t: Check, at: Pipeline): Promise<(Version & { kind: string })[]> {
  const versions: (Version & { kind: string })[] = [];
  for (const { kind, bytes } of poisons(t.seeded)) {
    versions.push({ ...(await at.uploadBytes(`${t.seeded.name('scan')}.pdf`, bytes)), kind });
  }
  return versions;
}

/** Announces these versions, in an order of its own. */
async function announce(t: Check, at: Pipeline, versions: readonly Version[]): Promise<void> {
  for (const { key, eTag } of t.seeded.shuffle(versions)) await at.send({ key, eTag });
}

async function drained(t: Check, at: Pipeline): Promise<void> {
  t.succeeded(await at.drain.invoke({}), { what: 'an invocation of the drain' });
}

const keysOf = (versions: readonly Version[]): string[] => versions.map(({ key }) => key).sort();

/** What lies there, as documents: those whose message this is, to the letter; and what is the message of none of them. */
const documentsOf = (at: Pipeline, letters: readonly Message[], versions: readonly Version[]): string[] => {
  const known = new Map(versions.map((version) => [bodyOf(at, version), version.key]));
  return letters.map(({ Body }) => known.get(Body!) ?? `another body: ${Body!.slice(0, 80)}`).sort();
};

check('poison', async (t) => {
  const at = await office(t);
  const [good, bad] = [await at.uploads(t.seeded.integer(9, 13)), await poisoned(t, at)];
  await announce(t, at, [...good, ...bad]);
  t.did(
    `sent messages for ${good.length} documents and for ${bad.map(({ kind }) => kind).join(', ')}, all called .pdf, and invoked the drain once`,
  );
  await drained(t, at);
  await at.expectResults(
    good,
    'A document that nobody can read cost others their results, or was given a result itself.',
  );
  const letters = await at.deadLetters();
  t.equal(documentsOf(at, letters, bad), keysOf(bad), {
    what: `the documents whose messages lie in ${at.dead}, body for body`,
    cause:
      letters.length < bad.length
        ? 'Messages of unreadable documents were deleted, or left to come again. They belong in the dead-letter queue at once.'
        : 'A dead letter can be brought back if its body is the message’s own, as it was.',
    hint: 1,
  });
  for (const { kind, key, eTag } of bad) {
    const letter = letters.find(({ Body }) => Body === bodyOf(at, { key, eTag }))!;
    const { DataType, StringValue = '' } = letter.MessageAttributes?.reason ?? {};
    t.that(DataType === 'String' && StringValue.includes(key), {
      expected: `the dead letter of ${key} (${kind}) has an attribute ‘reason’ of type String with the error’s message, which names the document`,
      seen: DataType ? `reason, ${DataType}: ${StringValue}` : 'it has no attribute ‘reason’',
      cause:
        'Who opens the dead-letter queue in a month wants to know what was wrong, without looking for the log of that day.',
    });
  }
  t.equal((await at.messages()).all, 0, {
    what: `the messages that are left in ${at.name}, visible or in flight`,
    cause: 'What has become a dead letter is still in the queue as well, and will be tried again.',
  });
});

check('nothing-lost', async (t) => {
  const at = await office(t);
  const [good, bad] = [await at.uploads(t.seeded.integer(3, 6)), (await poisoned(t, at)).slice(0, 2)];
  await announce(t, at, [...good, ...bad]);
  const refusal = await t.faults.add({
    service: 'sqs',
    operation: 'SendMessage',
    resource: at.dead,
    effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Refused by the grader.' },
  });
  t.did(
    `refused SendMessage to ${at.dead}, and invoked the drain with ${good.length} documents and ${bad.length} unreadable ones`,
  );
  await drained(t, at);
  await at.expectResults(good, 'That a dead letter could not be sent has cost other documents their results.');
  t.equal((await at.messages()).all, bad.length, {
    what: `the messages in ${at.name}: those of the unreadable documents, for they are nowhere else`,
    cause:
      'They were deleted although no dead letter could be sent: first deleted, then sent; or the failure of the sending was swallowed.',
    hint: 1,
  });
  t.did('let SendMessage through again, let 15 minutes go by, and invoked the drain once more');
  await t.faults.remove(refusal);
  await t.clock.advance(LONGEST_WAIT * SECOND);
  await drained(t, at);
  t.equal(documentsOf(at, await at.deadLetters(), bad), keysOf(bad), {
    what: `the documents whose messages lie in ${at.dead}`,
  });
  t.equal((await at.messages()).all, 0, { what: `the messages that are left in ${at.name}` });
});

check('transient', async (t) => {
  const at = await office(t, { maxReceives: 3 });
  const [well, slow, never] = (await at.uploads(3)) as [Document, Document, Document];
  const throttle = ({ key }: Document) =>
    t.faults.add({
      service: 's3',
      operation: 'GetObject',
      resource: `${at.inbox}/${key}`,
      effect: { kind: 'error', code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' },
    });
  const ends = await throttle(slow);
  await throttle(never);
  await announce(t, at, [well, slow, never]);
  t.did(
    `throttled GetObject of ${slow.key} and ${never.key}, and invoked the drain whenever a message could be received`,
  );
  const waits: number[] = [];
  for (let attempt = 1; attempt <= at.maxReceives; attempt++) {
    if (attempt === at.maxReceives) {
      t.did(`ended the throttling of ${slow.key} before attempt ${attempt}`);
      await t.faults.remove(ends);
    }
    await drained(t, at);
    t.equal((await at.messages(at.dead)).all, 0, {
      what: `the messages in ${at.dead} after attempt ${attempt}`,
      cause: 'S3 was busy, and the document is all right: the next attempt may well succeed.',
      hint: 2,
    });
    if (attempt < at.maxReceives) waits.push(await untilVisible(t, at, never));
  }
  const seconds = waits.map((wait) => `${Math.round(wait)} s`).join(', ');
  // A minute, and what the measuring may have added.
  t.that(waits[0]! <= 66, {
    expected: 'after the first failure, the message can be received again within a minute',
    seen: `after ${seconds}`,
    cause: 'Most troubles of this kind are over in seconds.',
  });
  t.that(
    waits.every((wait, i) => i === 0 || wait >= Math.min(waits[i - 1]! * 1.35, LONGEST_WAIT)),
    {
      expected: 'after each further failure, the message stays away at least one and a half times as long as before',
      seen: seconds,
      cause:
        'Whoever is throttled and comes again as quickly as before helps to keep the throttling up. `receives` tells how often it was.',
      hint: 2,
    },
  );
  await at.expectResults([well, slow], 'A document was given up, or forgotten, although S3 gave it out in the end.');
  t.did(
    `let 15 minutes go by, and invoked the drain once more, after ${at.maxReceives} failed attempts with ${never.key}`,
  );
  await t.clock.advance(LONGEST_WAIT * SECOND);
  await drained(t, at);
  t.equal(documentsOf(at, await at.deadLetters(), [never]), keysOf([never]), {
    what: `the documents whose messages lie in ${at.dead}, body for body`,
    cause:
      'SQS counts how often a message is received, and moves it when that is enough. A message that is sent anew begins at nought, and one that is changed is another.',
    hint: 2,
  });
});

/** Seconds from the last attempt at this document until a message can be received; up to a tenth too many. */
async function untilVisible(t: Check, at: Pipeline, { key }: Document): Promise<number> {
  const tried = (await t.trace()).filter(
    ({ operation, resource }) => operation === 'GetObject' && resource === `${at.inbox}/${key}`,
  );
  let waited = (await t.clock.now()) - tried.at(-1)!.time;
  while ((await at.messages()).visible === 0) {
    t.that(waited < 2 * LONGEST_WAIT * SECOND, {
      expected: `the message of ${key}, which S3 throttles, can be received again within 15 minutes`,
      seen: `after ${Math.round(waited / SECOND / 60)} minutes it cannot`,
      cause: 'It was deleted, or hidden for longer than that.',
    });
    waited += await t.clock.advance(Math.max(SECOND, waited / 10));
  }
  return waited / SECOND;
}

check('redrive', async (t) => {
  const at = await office(t);
  const mended = await at.uploads(t.seeded.integer(11, 13));
  const torn = (await poisoned(t, at))[0]!;
  const before = await at.uploadBytes(`${t.seeded.name('scan')}.pdf`, 'not yet a PDF');
  const anew = await at.upload(before.key);
  for (const version of t.seeded.shuffle([...mended, torn, before])) await layDead(t, at, version);
  await at.send(anew);
  // A circle that took no time would never end.
  await t.faults.add({
    service: 'sqs',
    operation: 'SendMessage',
    resource: at.dead,
    effect: { kind: 'latency', ms: 5 * SECOND },
  });
  t.did(
    `laid ${mended.length + 2} letters into ${at.dead}: ${mended.length} of documents that can be read by now, one of a document that was uploaded anew, one that is as torn as ever; then ran redrive.ts while the drain was at work`,
  );
  const [run] = await Promise.all([at.run('redrive.ts'), at.drain.invoke({})]);
  endsWell(
    t,
    'redrive.ts',
    run,
    run.error?.type === 'Stopped'
      ? {
          cause:
            'What it leaves alone is received again and again. Who waits until nothing is received waits for ever.',
          hint: 3,
        }
      : {},
  );
  await drained(t, at);
  await at.expectResults(
    [...mended, anew],
    'Dead letters stayed where they were, or came back with another body than they had.',
    3,
  );
  // Whatever the script has received and left alone is to be seen again by then.
  await t.clock.advance(LONGEST_WAIT * SECOND);
  t.equal(documentsOf(at, await at.deadLetters(), [torn]), keysOf([torn]), {
    what: `the documents whose messages lie in ${at.dead}`,
    cause: 'What cannot be read yet is a dead letter again.',
    hint: 3,
  });
  const reads = (await t.trace()).filter(
    ({ operation, resource }) => operation === 'GetObject' && resource === `${at.inbox}/${torn.key}`,
  ).length;
  t.that(reads <= 2, {
    expected: `${torn.key}, which is still torn, is tried once`,
    seen: `it was read ${reads} times`,
    cause: 'The script brought back what the drain had given up a moment ago, and so on, round and round.',
    hint: 3,
  });
});

check('redrive-resumes', async (t) => {
  const at = await office(t);
  const letters = Array.from({ length: t.seeded.integer(12, 15) }, () => ({
    key: `${t.seeded.name('letter')}.pdf`,
    eTag: t.seeded.name('0'),
  }));
  for (const version of letters) await layDead(t, at, version);
  const nth = t.seeded.integer(2, 5);
  for (const [operation, queue] of [
    ['SendMessage', at.name],
    ['DeleteMessage', at.dead],
  ] as const) {
    t.did(
      `ran redrive.ts with ${letters.length} dead letters, and refused ${operation} at ${queue} from call ${nth} on`,
    );
    await brokenOff(t, at, operation, queue, nth);
  }
  t.did('then, at once, let a third run through');
  await at.ran('redrive.ts');
  const back = new Set(documentsOf(at, await take(t, at.name, 600), letters));
  t.equal([...back], keysOf(letters), {
    what: `the documents whose messages are back in ${at.name}, body for body`,
    cause:
      'A letter was deleted before it was sent, and lost by the break. Or the third run found them hidden, and took that for the end.',
    hint: 3,
  });
  t.equal((await at.messages(at.dead)).all, 0, {
    what: `the messages that are left in ${at.dead}, visible or in flight`,
    cause:
      'An earlier run had received them, and they were still hidden. An empty answer does not say that there is nothing.',
    hint: 3,
  });
});

/** Runs the script once; the call and all that follow it of its kind are refused, single or in batches. */
async function brokenOff(t: Check, at: Pipeline, operation: string, queue: string, nth: number): Promise<void> {
  const error = { kind: 'error', code: 'AccessDenied', status: 403, message: 'Refused by the grader.' } as const;
  const faults = await Promise.all(
    [...Array.from({ length: 20 }, (_, i) => [operation, nth + i] as const), [`${operation}Batch`, 1] as const].map(
      ([name, n]) => t.faults.add({ service: 'sqs', operation: name, resource: queue, nth: n, effect: error }),
    ),
  );
  const run = await at.run('redrive.ts');
  for (const fault of faults) await t.faults.remove(fault);
  // There are ways without this call: those have nothing to complain about.
  const refused = (await t.trace()).some(({ fault }) => fault !== undefined && faults.includes(fault));
  if (!refused) return;
  endsInFailure(t, 'redrive.ts', run, ` when ${operation} is refused`, {
    cause: 'The error was swallowed: caught and printed, perhaps, or the call was not awaited.',
  });
}
