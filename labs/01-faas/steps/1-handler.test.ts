/** Step 1.1: what S3 sends comes in, result objects come out. */
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { type Check, check, type Deployed, type Invocation } from '#kit';
import { access, failsOnce, json, keysIn, put } from '../../support/buckets.ts';
import { document, everyKind, plain } from '../../support/documents.ts';
import { encodeKey, testEvent, uploaded } from './support/s3-events.ts';

interface Desk {
  readonly inbox: string;
  readonly results: string;
  readonly counter: Deployed;
}

/** An inbox, a results bucket, and the learner's function between them. */
async function desk(t: Check, ...more: readonly string[]): Promise<Desk> {
  const [inbox, results] = [await t.bucket(), await t.bucket()];
  const counter = await t.deploy('handler.ts', {
    environment: { RESULTS_BUCKET: results },
    // It may look at results too: that there is one does not mean that it is the document's.
    policy: access([inbox, ...more, results], [results]),
  });
  return { inbox, results, counter };
}

/** Exactly these documents have results, with these pages. */
async function expectResults(
  t: Check,
  results: string,
  documents: readonly { bucket: string; key: string; pages: number; built?: string }[],
  cause: string,
): Promise<void> {
  const keys = documents.map(({ bucket, key }) => `${bucket}/${key}.json`).sort();
  t.equal(await keysIn(t, results), keys, { what: 'the keys of the objects in the results bucket', cause });
  for (const { bucket, key, pages, built } of documents) {
    t.equal(
      await json(t, results, `${bucket}/${key}.json`),
      { bucket, key, pages },
      { what: `the result of ‘${key}’${built ? `, a document ${built}` : ''}`, cause },
    );
  }
}

check('counts-pages', async (t) => {
  const { inbox, results, counter } = await desk(t);
  const first = { bucket: inbox, key: `${t.seeded.name('letter')}.pdf`, ...(await document(t.seeded)) };
  await put(t, inbox, first.key, first.bytes);
  t.did(`put the document ${first.key} into the inbox, and invoked the function with the event that S3 sends for it`);
  t.succeeded(await counter.invoke(uploaded(first)));
  await expectResults(
    t,
    results,
    [first],
    'No result is there, or one under another key: the result of INBOX/KEY goes to the key INBOX/KEY.json of RESULTS_BUCKET.',
  );
  const second = { ...first, ...(await document(t.seeded, first.pages + t.seeded.integer(1, 9))) };
  await put(t, inbox, second.key, second.bytes);
  t.did('replaced the document by a longer one under the same key, and invoked it again');
  t.succeeded(await counter.invoke(uploaded(second)));
  await expectResults(
    t,
    results,
    [second],
    'The result is that of the document before: its pages were kept in a module variable, or whatever has a result already was passed over.',
  );
  await t.aws.s3.send(new DeleteObjectCommand({ Bucket: results, Key: `${inbox}/${first.key}.json` }));

  await t.aws.lambda.send(
    new AddPermissionCommand({
      FunctionName: counter.name,
      StatementId: 'inbox',
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      SourceArn: `arn:aws:s3:::${inbox}`,
      SourceAccount: t.accountId,
    }),
  );
  await t.aws.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: inbox,
      NotificationConfiguration: {
        LambdaFunctionConfigurations: [{ LambdaFunctionArn: counter.arn, Events: ['s3:ObjectCreated:*'] }],
      },
    }),
  );
  const samples = (await everyKind(t.seeded)).map((sample) => ({
    bucket: inbox,
    key: `${t.seeded.name('report')}.pdf`,
    ...sample,
  }));
  for (const { key, bytes } of samples) await put(t, inbox, key, bytes);
  t.did(`let S3 invoke the function, uploaded ${samples.length} documents, and let 30 seconds go by`);
  await t.clock.advance(30_000, {
    wall: 30_000,
    until: async () => (await keysIn(t, results)).length >= samples.length,
  });
  await expectResults(
    t,
    results,
    samples,
    'Pages were counted by looking for text in the file, or added up from one document to the next. A PDF may be compressed, and may hold pages that a later revision took out.',
  );
});

const awkward = [
  'annual report 2026.pdf',
  'a+b=c.pdf',
  '100%.pdf',
  '1 + 1 %2B 2.pdf',
  'Übersicht für Größen.pdf',
  "q1/q2 & q3/naïve (draft) 'v2'.pdf",
  '報告書 ①.pdf',
  'sure?#no;really,@home.pdf',
];

check('awkward-keys', async (t) => {
  const { inbox, results, counter } = await desk(t);
  const expected: { bucket: string; key: string; pages: number }[] = [];
  for (const key of t.seeded.shuffle(awkward)) {
    const pages = t.seeded.integer(1, 9);
    await put(t, inbox, key, plain(pages));
    t.did(`put a document under the key ‘${key}’ and sent its event, which spells the key ‘${encodeKey(key)}’`);
    const cause =
      'The key in an event is encoded as in an HTML form: blanks as +, other characters as %XX. It has to be decoded before it is used, once, and the pluses first.';
    t.succeeded(await counter.invoke(uploaded({ bucket: inbox, key })), {
      what: `the event of ‘${key}’`,
      cause,
      hint: 2,
    });
    expected.push({ bucket: inbox, key, pages });
    await expectResults(t, results, expected, cause);
  }
});

check('several-records', async (t) => {
  const other = await t.bucket();
  const { inbox, results, counter } = await desk(t, other);
  const same = `${t.seeded.name('minutes')}.pdf`;
  const documents = [
    { bucket: inbox, key: same, pages: t.seeded.integer(2, 5) },
    { bucket: other, key: same, pages: t.seeded.integer(6, 9) },
    { bucket: inbox, key: `${t.seeded.name('plan')}.pdf`, pages: t.seeded.integer(10, 14) },
  ];
  for (const { bucket, key, pages } of documents) await put(t, bucket, key, plain(pages));
  t.did(`sent one event with ${documents.length} records: two documents of the same key in two buckets, and a third`);
  t.succeeded(await counter.invoke(uploaded(...t.seeded.shuffle(documents))));
  const cause =
    'Only `Records[0]` was looked at, the bucket of one record was used for all, or pages were added up across documents.';
  await expectResults(t, results, documents, cause);

  const late = { bucket: other, key: `${t.seeded.name('late')}.pdf`, pages: t.seeded.integer(1, 9) };
  await put(t, other, late.key, plain(late.pages));
  t.did('sent a second event, with one record, to the same execution environment');
  t.succeeded(await counter.invoke(uploaded(late)));
  await expectResults(t, results, [...documents, late], cause);
});

check('done-at-return', async (t) => {
  const { inbox, results, counter } = await desk(t);
  const documents = [1, 2, 3].map((n) => ({ bucket: inbox, key: `${t.seeded.name('slow')}.pdf`, pages: n * 2 }));
  for (const { key, pages } of documents) await put(t, inbox, key, plain(pages));
  const ms = t.seeded.integer(300, 900);
  await t.faults.add({ service: 's3', operation: 'GetObject', effect: { kind: 'latency', ms } });
  for (const { key } of documents) await failsOnce(t, results, `${inbox}/${key}.json`);
  t.did(
    `made S3 take ${ms} ms to read and fail at the first attempt to write, which the SDK repeats by itself; sent an event with three records, and looked as soon as the function had answered`,
  );
  t.succeeded(await counter.invoke(uploaded(...documents)));
  await expectResults(
    t,
    results,
    documents,
    'Something was started and not awaited. When the handler has returned, its process is frozen, and what was under way stands still.',
  );
});

check('failure-reported', async (t) => {
  const { inbox, results, counter } = await desk(t);
  const good = [1, 2].map((n) => ({ bucket: inbox, key: `${t.seeded.name(`good-${n}`)}.pdf`, pages: n + 2 }));
  for (const { key, pages } of good) await put(t, inbox, key, plain(pages));
  const page = { bucket: inbox, key: `${t.seeded.name('saved page + links')}.pdf` };
  await put(t, inbox, page.key, '<!doctype html><title>Not found</title><h1>404</h1>');
  const missing = { bucket: inbox, key: `${t.seeded.name('not here + deleted')}.pdf` };

  const single = t.seeded.shuffle([
    { bad: [page], what: 'three records: an HTML page whose key ends in .pdf first' },
    { bad: [missing], what: 'three records: a document that has been deleted meanwhile first' },
  ]);
  for (const { bad, what } of [
    ...single,
    { bad: t.seeded.shuffle([page, missing]), what: 'four records: both first' },
  ]) {
    await withoutResults(t, results, good);
    // Who gives up at the first failure is frozen before the SDK tries again for the good ones.
    for (const { key } of good) await failsOnce(t, results, `${inbox}/${key}.json`);
    t.did(`sent one event with ${what}, then two good documents`);
    expectFailure(
      t,
      await counter.invoke(uploaded(...bad, ...good)),
      bad,
      'An error was caught, perhaps logged, and not thrown again. Nobody reads the answer; only a failure reaches Lambda.',
    );
    await expectResults(
      t,
      results,
      good,
      'The first failure ended the handler before the other documents were written; or a result was written for a document that could not be counted.',
    );
  }

  await withoutResults(t, results, good);
  const [unwritten, written] = t.seeded.shuffle(good) as [(typeof good)[0], (typeof good)[0]];
  await t.faults.add({
    service: 's3',
    operation: 'PutObject',
    resource: `${results}/${inbox}/${unwritten.key}.json`,
    effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Access Denied' },
  });
  t.did('sent one event with the two good documents, and had S3 refuse to write the result of one');
  expectFailure(
    t,
    await counter.invoke(uploaded(...good)),
    [unwritten],
    'The error of a write was caught and forgotten. A document whose result was not written has not been counted.',
  );
  await expectResults(
    t,
    results,
    [written],
    'The write that failed ended the handler before the other result was written.',
  );
});

/** Takes away the results of these documents. */
async function withoutResults(t: Check, results: string, documents: readonly { bucket: string; key: string }[]) {
  for (const { bucket, key } of documents) {
    await t.aws.s3.send(new DeleteObjectCommand({ Bucket: results, Key: `${bucket}/${key}.json` }));
  }
}

/** What Lambda says of a thrown value that is no Error: its kind. */
const NO_ERROR = ['string', 'object', 'number', 'undefined'];

/** The invocation failed with an Error whose message names each of these documents. */
function expectFailure(
  t: Check,
  { error, value }: Invocation,
  documents: readonly { key: string }[],
  swallowed: string,
): void {
  t.that(error !== undefined, {
    expected: 'the invocation fails: the handler rejects, and Lambda will try the event again',
    seen: `it succeeded, with the answer ${JSON.stringify(value) ?? 'undefined'}`,
    cause: swallowed,
    hint: 1,
  });
  t.that(!NO_ERROR.includes(error!.type), {
    expected: 'the handler throws an Error: Lambda keeps its name, its message and its stack',
    seen: `it threw a value of the type ${error!.type}: ${error!.message}`,
    cause:
      'A text, or an object of its own making, was thrown. It has no stack, and nobody can tell where it came from.',
  });
  for (const { key } of documents) {
    t.that(error!.message.includes(key), {
      expected: `the error’s message names the document: ${key}`,
      seen: `${error!.type}: ${error!.message}`,
      cause:
        'The library’s or the SDK’s error was passed on as it was, only the first failure was told, or the key is spelled as in the event. Whoever reads it at night wants to know which documents they are, and looks for them in S3.',
    });
  }
}

check('test-event', async (t) => {
  const { inbox, results, counter } = await desk(t);
  t.did('sent the test event of S3, which has no Records, as whoever takes it from a queue hands it on');
  t.succeeded(await counter.invoke(testEvent(inbox)), {
    what: 'the test event',
    cause: '`event.Records` was used without asking whether it is there.',
  });
  t.equal(await keysIn(t, results), [], { what: 'the keys of the objects in the results bucket' });

  const after = { bucket: inbox, key: `${t.seeded.name('first')}.pdf`, pages: 3 };
  await put(t, inbox, after.key, plain(after.pages));
  t.did('and then the event of a document');
  t.succeeded(await counter.invoke(uploaded(after)));
  await expectResults(t, results, [after], 'The document after the test event was not counted.');
});
