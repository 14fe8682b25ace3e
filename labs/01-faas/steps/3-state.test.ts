/** Step 1.3: jobs follow each other, overlap and break off, and what their environments keep must not show. */
import { check } from '#kit';
import { failsOnce, json, keysIn, put } from '../../support/buckets.ts';
import { weighing } from '../../support/documents.ts';
import { expectAnswer, expectSignedWith, office, type Paper } from './support/office.ts';

const MB = 1024 * 1024;
/** Three such documents are more than the disk holds that count-folder.ts works on. */
const HEAVY = 4 * MB;
const MANY = 3;

const LEFT_OVER =
  'Something of an earlier job was still there: files in the temporary folder, or a module variable that counts on.';

check('independent-jobs', async (t) => {
  const { counter, secret, paper, job } = await office(t);
  const [annual, first] = [await paper(), await paper()];
  const same = t.seeded.name('minutes');
  const drafts = [await paper(`draft/${same}.pdf`), await paper(`final/${same}.pdf`)];
  const jobs: readonly [string, () => Promise<readonly Paper[]>][] = [
    ['sent a job with two documents', async () => [annual, first]],
    ['then a job with one of the two', async () => [annual]],
    ['then a job with two documents of the same name in two folders', async () => drafts],
    [
      'replaced a document by a longer one, and sent it again',
      async () => [await paper(annual.key, annual.pages + 20)],
    ],
  ];
  for (const [what, gather] of jobs) {
    const papers = await gather();
    const event = job(papers);
    t.did(what);
    expectAnswer(t, await counter.invoke(event), { job: event.job, papers, secret, cause: LEFT_OVER });
  }
});

check('two-environments', async (t) => {
  const { inbox, counter, secret, paper, job } = await office(t);
  await t.faults.add({
    service: 's3',
    operation: 'GetObject',
    resource: `${inbox}/*`,
    effect: { kind: 'latency', ms: 250 },
  });
  const shared = await paper();
  const cause = `${LEFT_OVER} Two environments share neither memory nor folder, and nobody says which of them gets a job.`;
  let now = shared;
  for (const round of ['at the same time', 'again, after a document that both had was replaced']) {
    const pairs = [
      [now, await paper()],
      [await paper(), now],
    ];
    const events = pairs.map((papers) => job(papers));
    t.did(`sent two jobs ${round}, so that two environments took them`);
    const answers = await counter.invokeTogether(events);
    for (const [i, answer] of answers.entries()) {
      expectAnswer(t, answer, { job: events[i]!.job, papers: pairs[i]!, secret, cause });
    }
    now = await paper(shared.key, now.pages + t.seeded.integer(1, 9));
  }
  t.did('then four jobs one after the other, for whichever environment came first');
  for (let i = 0; i < 4; i++) {
    const papers = i % 2 === 0 ? [now] : [now, await paper()];
    const event = job(papers);
    expectAnswer(t, await counter.invoke(event), { job: event.job, papers, secret, cause });
  }
});

check('dirty-folder', async (t) => {
  const timeout = t.seeded.integer(4, 9);
  const { inbox, counter, secret, paper, job } = await office(t, { timeout });
  const slow = await paper();
  await t.faults.add({
    service: 's3',
    operation: 'GetObject',
    resource: `${inbox}/${slow.key}`,
    effect: { kind: 'latency', ms: timeout * 3000 },
  });
  const quick = [await paper(), await paper(), await paper()];
  const cut = job([...quick, slow]);
  for (const [papers, again] of [
    [quick.slice(0, 2), cut.job],
    [quick.slice(2), t.seeded.name('job')],
  ] as const) {
    const lost = await counter.invoke(cut);
    t.did(`sent the job ${cut.job} with a document that takes longer than the time limit of ${timeout} s`);
    t.that(lost.error !== undefined, {
      expected: 'that invocation runs into its time limit',
      seen: `it answered ${JSON.stringify(lost.value)}`,
      cause: 'It answered before all of its documents were read.',
    });
    t.did(`then ${again === cut.job ? 'the same job without it and with a document fewer' : 'another job'}`);
    expectAnswer(t, await counter.invoke(job(papers, again)), {
      job: again,
      papers,
      secret,
      cause:
        'The invocation that was cut off never reached its `finally`, and its files are still in the temporary folder. The code was started anew since, so no variable remembers them.',
    });
  }
  const event = job([quick[0]!]);
  t.did('and then one more');
  expectAnswer(t, await counter.invoke(event), { job: event.job, papers: [quick[0]!], secret, cause: LEFT_OVER });
});

check('result-kept', async (t) => {
  const { results, counter, paper, job } = await office(t);
  const cause =
    'Writing the result was begun and not awaited. When the handler has returned, its process is frozen in the middle of it.';
  for (let i = 0; i < 2; i++) {
    const event = job([await paper()]);
    await failsOnce(t, results, `${event.job}.json`);
    t.did(`sent the job ${event.job}, had S3 fail at the first attempt to write, and looked when the answer was there`);
    const invocation = await counter.invoke(event);
    t.succeeded(invocation);
    t.that((await keysIn(t, results)).includes(`${event.job}.json`), {
      expected: `the results bucket has the object ${event.job}.json`,
      seen: `it has ${(await keysIn(t, results)).join(', ') || 'no object'}`,
      cause,
      hint: 1,
    });
    t.equal(await json(t, results, `${event.job}.json`), invocation.value, {
      what: `the object ${event.job}.json, which says the same as the answer`,
    });
  }
  const refused = await t.faults.add({
    service: 's3',
    operation: 'PutObject',
    resource: `${results}/*`,
    effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Access Denied' },
  });
  t.did('then let S3 refuse to write the result of a job');
  const { error, value } = await counter.invoke(job([await paper()]));
  await t.faults.remove(refused);
  t.that(error !== undefined, {
    expected: 'the invocation fails: there is no result, so there is no answer either',
    seen: `it succeeded, with the answer ${JSON.stringify(value)}`,
    cause: `${cause} Or its error was caught and forgotten.`,
  });
});

check('warm-reuse', async (t) => {
  const { counter, secret, ttl, paper, job, secretReads } = await office(t);
  const papers = [await paper()];
  const jobs = t.seeded.integer(4, 7);
  const environments = new Set<string>();
  for (let i = 0; i < jobs; i++) {
    if (i > 0) await t.clock.advance(Math.floor((ttl * 900) / jobs));
    const invocation = await counter.invoke(job(papers));
    expectSignedWith(t, invocation, secret, 'The secret could not be used twice.');
    environments.add(invocation.environment);
  }
  t.did(
    `sent ${jobs} jobs within the ${ttl} seconds for which the secret may be used, and counted how often it was read`,
  );
  const reads = await secretReads();
  t.that(reads <= environments.size, {
    expected: `the secret is read once by each execution environment, so ${environments.size === 1 ? 'once' : `${environments.size} times`} in all`,
    seen: `it was read ${reads} times`,
    cause:
      'The secret is read for every job, or what was read is thrown away too early. SECRET_TTL counts seconds; Date.now() counts milliseconds.',
    hint: 1,
  });
});

check('fresh-secret', async (t) => {
  const { counter, secret, secretObject, ttl, replaceSecret, paper, job } = await office(t);
  const papers = [await paper()];
  const cause =
    'The environment was frozen in between and kept its variables. Nothing in it ran, so only a look at the clock tells how old the secret is.';
  expectSignedWith(t, await counter.invoke(job(papers)), secret, cause);

  let fresh = await replaceSecret();
  await t.clock.advance(ttl * 650);
  // Old or new: both are right here. But using it does not make it younger.
  t.succeeded(await counter.invoke(job(papers)));
  await t.clock.advance(ttl * 650);
  t.did(
    `replaced the secret, sent a job after ${Math.round(ttl * 0.65)} s, and one after ${Math.round(ttl * 1.3)} s; its time to live is ${ttl} s`,
  );
  expectSignedWith(
    t,
    await counter.invoke(job(papers)),
    fresh,
    `${cause} Its age counts from when it was read, not from when it was last used.`,
  );

  fresh = await replaceSecret();
  await t.clock.advance(ttl * 1000 + 5000);
  t.did(`replaced it again, and sent a job ${ttl + 5} s later`);
  expectSignedWith(t, await counter.invoke(job(papers)), fresh, cause);

  await t.clock.advance(ttl * 1000 + 5000);
  const refused = await t.faults.add(refusal(secretObject));
  t.did(`let another ${ttl + 5} s go by, and sent a job while S3 refused to give the secret`);
  const { error, value } = await counter.invoke(job(papers));
  await t.faults.remove(refused);
  t.that(error !== undefined, {
    expected: 'the invocation fails: the secret that it has is too old, and a fresh one is not to be had',
    seen: `it succeeded, with the answer ${JSON.stringify(value)}`,
    cause:
      'When the secret could not be read anew, the old one was used once more. It may have been replaced for a reason.',
  });
});

check('failed-read', async (t) => {
  const { inbox, counter, secret, secretObject, paper, job } = await office(t);
  const papers = [await paper()];
  const refused = refusal(secretObject);
  const faults = [
    await t.faults.add({ ...refused, effect: { kind: 'latency', ms: 500 } }),
    await t.faults.add(refused),
  ];
  t.did('sent a job while S3 refused to give the secret');
  const { error, value } = await counter.invoke(job(papers));
  t.that(error !== undefined, {
    expected: 'the invocation fails: without the secret there is no signature',
    seen: `it succeeded, with the answer ${JSON.stringify(value)}`,
    cause: 'The error was caught, and something else was taken for the secret.',
  });
  for (const fault of faults) await t.faults.remove(fault);
  t.did('and another one when S3 gave it again');
  expectSignedWith(
    t,
    await counter.invoke(job(papers)),
    secret,
    'The failure was kept: a promise that has been rejected stays rejected, however often it is awaited.',
  );

  // Documents that nobody has read before: what was read may be known.
  const more = [await paper(), await paper(), await paper()];
  const unread = await t.faults.add(refusal(`${inbox}/${t.seeded.pick(more).key}`));
  t.did(`then a job with ${more.length} documents, one of which S3 refused to give`);
  const { error: missed, value: counted } = await counter.invoke(job(more));
  await t.faults.remove(unread);
  t.that(missed !== undefined, {
    expected: 'the invocation fails: a document that could not be read has not been counted',
    seen: `it succeeded, with the answer ${JSON.stringify(counted)}`,
    cause: 'The error of a document was caught and forgotten, and the others were counted as if they were all.',
  });

  const heavy = { key: `${t.seeded.name('heavy')}.pdf`, pages: t.seeded.integer(2, 9) };
  await put(t, inbox, heavy.key, weighing(HEAVY, heavy.pages));
  const broken = await paper();
  const never = refusal(`${inbox}/${broken.key}`);
  // Refused late, when the other one has been read.
  await t.faults.add({ ...never, effect: { kind: 'latency', ms: 500 } });
  await t.faults.add(never);
  for (let i = 0; i < MANY; i++) await counter.invoke(job([heavy, broken]));
  t.did(
    `then ${MANY} jobs that failed in the same way, each with a document of ${HEAVY / MB} MB, and one that can be done`,
  );
  const event = job(more);
  expectAnswer(t, await counter.invoke(event), {
    job: event.job,
    papers: more,
    secret,
    cause: 'A job that failed has left its files in the temporary folder: they are only removed where all goes well.',
  });
});

/** S3 refuses to give this object: `BUCKET/KEY`. */
const refusal = (resource: string) =>
  ({
    service: 's3',
    operation: 'GetObject',
    resource,
    effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Access Denied' },
  }) as const;
