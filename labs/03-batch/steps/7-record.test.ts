/** Step 3.7: `record` is deployed by itself, and asked about arrivals as the drain asks. */
import { type Check, check, type Deployed, type Invocation } from '#kit';
import { document, encrypted, plain } from '../../support/documents.ts';
import { type Document, type Pipeline, pipeline, resultKey } from './support/pipeline.ts';

type Version = Pick<Document, 'key' | 'eTag'>;

/** `record` as a function of its own: an arrival is its event, and what became of it its answer. */
async function desk(t: Check) {
  const office = await pipeline(t, { file: 'record.ts', export: 'record' });
  const record: Deployed = office.drain;
  const arrival = ({ key, eTag }: Version) => ({
    bucket: office.inbox,
    key,
    eTag,
    sequencer: '0055AED6DCD90281E5',
    size: 1024,
  });
  return {
    office,
    record: (version: Version): Promise<Invocation> => record.invoke(arrival(version)),
    together: (versions: readonly Version[]): Promise<Invocation[]> => record.invokeTogether(versions.map(arrival)),
  };
}

function expectValue(t: Check, invocation: Invocation, expected: string, what: string, cause: string): void {
  t.succeeded(invocation, { what, cause });
  t.equal(invocation.value, expected, { what, cause });
}

/** How often an object was written into the results bucket. */
async function writes(t: Check, { results }: Pipeline): Promise<number> {
  const calls = await t.trace();
  return calls.filter(
    ({ operation, resource, error }) =>
      operation === 'PutObject' && resource?.startsWith(`${results}/`) && error === undefined,
  ).length;
}

check('recorded', async (t) => {
  const { office, record } = await desk(t);
  const { bytes, pages, built } = await document(t.seeded);
  const folder = `${t.seeded.name('in')}/a b+c%20(ü)`;
  const papers: Document[] = [];
  for (const [key, one] of [
    [`${folder}/letter.pdf`, { bytes, pages }],
    // A document that was scanned without paper in it is a document all the same.
    [`${folder}/blank.pdf`, { bytes: plain(0), pages: 0 }],
  ] as const) {
    papers.push({ ...(await office.uploadBytes(key, one.bytes)), pages: one.pages });
  }
  t.did(`uploaded a PDF ${built}, and one without pages, into a folder with an unusual name; called record for each`);
  for (const paper of papers) {
    const cause = 'The answer says what became of the arrival: see the type Recorded.';
    expectValue(t, await record(paper), 'recorded', `what record answers about ${paper.key}`, cause);
  }
  const cause = `The result of a version goes to the key KEY/ETAG.json: ${resultKey(papers[0]!)}`;
  await office.expectResults(papers, cause);
});

check('once', async (t) => {
  const { office, record, together } = await desk(t);
  const paper = await office.upload();
  // All have seen that there is no result before the first one writes.
  await t.faults.add({ service: 's3', operation: 'PutObject', effect: { kind: 'latency', ms: 500 } });
  t.did('uploaded a document, and called record for it three times at once; writing takes half a second');
  const answers = await together([paper, paper, paper]);
  for (const one of answers) t.succeeded(one, { what: 'one of three at once' });
  t.equal(answers.map(({ value }) => value).sort(), ['already', 'already', 'recorded'], {
    what: 'what they answer',
    cause:
      'Each of them found no result, and wrote one. Between looking and writing there is time for others to do the same.',
  });
  const again = await record(paper);
  t.did('and once more later, as after a crash between the result and the deletion of the message');
  expectValue(t, again, 'already', 'what it answers', 'The result was there, and was written anew.');

  const next = await office.upload();
  await t.faults.add({
    service: 's3',
    operation: 'PutObject',
    resource: `${office.results}/*`,
    nth: 1,
    effect: { kind: 'lost-reply' },
  });
  t.did('then for another document, whose result S3 wrote without a word that it did');
  t.succeeded(await record(next), {
    what: 'a write whose answer was lost, and which the SDK repeated',
    cause: 'That a result is there already is no failure.',
  });
  await office.expectResults(
    [paper, next],
    'A delivery that was repeated left another result. What names a result has to be the same each time.',
  );
  t.equal(await writes(t, office), 2, {
    what: 'how often a result was written, for two documents',
    cause: 'A result that was there already was written over.',
  });
});

check('versions', async (t) => {
  const { office, record } = await desk(t);
  const key = `${t.seeded.name('draft')}.pdf`;
  const first = await office.upload(key, 3);
  t.succeeded(await record(first), { what: 'the first version' });
  const second = await office.upload(key, 5);
  const third = await office.upload(key, 8);
  t.did('uploaded a document and recorded it; then uploaded it twice more with other contents');
  expectValue(
    t,
    await record(third),
    'recorded',
    'what record answers about the third version',
    'The result of another version was taken for its own.',
  );
  t.did('recorded the third version, and only then the message of the second one came');
  expectValue(
    t,
    await record(second),
    'superseded',
    'what record answers about the second version, which is overwritten',
    'The object was read as it is now, whatever version the message tells of.',
  );
  await office.expectResults(
    [first, third],
    'Each version that was there when its message came has a result of its own, and no version has that of another.',
  );

  const deleted = await office.upload();
  await office.remove(deleted.key);
  t.did('uploaded another document and deleted it before its message came');
  expectValue(
    t,
    await record(deleted),
    'gone',
    'what record answers about it',
    'A document that is deleted will not come back, however often it is tried.',
  );
  await office.expectResults([first, third], 'A document that is not there was given a result.');
});

check('unreadable', async (t) => {
  const { office, record } = await desk(t);
  const bad = [
    ['an HTML page', '<!doctype html><h1>404</h1>'],
    ['an empty object', ''],
    ['a PDF that ends after its first line', '%PDF-1.4\n'],
    ['an encrypted PDF', encrypted(4)],
  ] as const;
  for (const [is, bytes] of t.seeded.shuffle(bad)) {
    const version = await office.uploadBytes(`${t.seeded.name('scan')}.pdf`, bytes);
    t.did(`called record for ${is} under the key ${version.key}`);
    const { error, value } = await record(version);
    t.that(error?.type === 'Unreadable', {
      expected: 'record rejects with an Unreadable: no attempt will ever go better',
      seen: error ? `it rejects with ${error.type}: ${error.message}` : `it answers ${JSON.stringify(value)}`,
      cause: error
        ? 'The library’s error was passed on as it was. Who receives it cannot tell it from a failure of S3.'
        : 'An error was caught and turned into an answer, or a number of pages was made up.',
    });
  }
  const paper = await office.upload();
  const effect = { kind: 'error', code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' } as const;
  for (const operation of t.seeded.shuffle(['GetObject', 'PutObject'])) {
    const fault = await t.faults.add({ service: 's3', operation, effect });
    t.did(`called record for a good document while every ${operation} was refused`);
    const { error, value } = await record(paper);
    await t.faults.remove(fault);
    t.that(error?.type === 'SlowDown', {
      expected: 'record rejects with the error of S3: the next attempt may well succeed',
      seen: error ? `it rejects with ${error.type}: ${error.message}` : `it answers ${JSON.stringify(value)}`,
      cause:
        'Whatever goes wrong was blamed on the document, or was taken for something that needs no further attempt.',
    });
  }
  expectValue(t, await record(paper), 'recorded', 'what record answers when S3 is well again', 'See above.');
  await office.expectResults([paper], 'Something that is no result was written for a document that cannot be counted.');
});
