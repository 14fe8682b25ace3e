/** Step 1.3: jobs follow each other, overlap and break off, and what their environments keep must not show. */
import { createHmac } from 'node:crypto';
import { type Check, check, type Deployed, type Invocation } from '#kit';
import { access, failsOnce, json, keysIn, put } from './support/buckets.ts';
import { plain } from './support/documents.ts';

interface Answer {
  readonly job: string;
  readonly pages: number;
  readonly signature: string;
}

interface Paper {
  readonly key: string;
  readonly pages: number;
}

const LEFT_OVER =
  'Something of an earlier job was still there: files in the temporary folder, or a module variable that counts on.';

/** Inbox, results, the secret and the learner's function, and the ways to send jobs to it and to judge the answers. */
async function office(t: Check, { timeout = 30 }: { timeout?: number } = {}) {
  const [inbox, results, safe] = [await t.bucket(), await t.bucket(), await t.bucket()];
  const secretKey = t.seeded.name('signing/key');
  const ttl = t.seeded.integer(200, 500);
  const draw = async (): Promise<string> => {
    const secret = t.seeded.name('secret');
    await put(t, safe, secretKey, `${secret}\n`);
    return secret;
  };
  const secret = await draw();
  const counter: Deployed = await t.deploy('cached.ts', {
    timeout,
    environment: { RESULTS_BUCKET: results, SECRET_BUCKET: safe, SECRET_KEY: secretKey, SECRET_TTL: String(ttl) },
    policy: access([inbox, safe], [results]),
  });

  return {
    inbox,
    results,
    counter,
    /** The secret as it is at first. */
    secret,
    /** Seconds for which a secret may be used after it was read. */
    ttl,
    /** The secret as faults and the trace name it. */
    secretObject: `${safe}/${secretKey}`,
    replaceSecret: draw,
    /** Puts a document into the inbox; a key that is there already gets other contents. */
    async paper(key = `${t.seeded.name('paper')}.pdf`, pages = t.seeded.integer(2, 19)): Promise<Paper> {
      await put(t, inbox, key, plain(pages));
      return { key, pages };
    },
    job(papers: readonly Paper[], job = t.seeded.name('job')) {
      return { job, bucket: inbox, keys: papers.map(({ key }) => key) };
    },
    /** How often the secret has been read so far. */
    async secretReads(): Promise<number> {
      const calls = await t.trace();
      return calls.filter(({ operation, resource }) => operation === 'GetObject' && resource === `${safe}/${secretKey}`)
        .length;
    },
  };
}

const sum = (papers: readonly Paper[]) => papers.reduce((total, { pages }) => total + pages, 0);

const sign = (secret: string, job: string, pages: number) =>
  createHmac('sha256', secret).update(`${job}:${pages}`).digest('hex');

/** The invocation succeeded with these pages, and signed them. */
function expectAnswer(
  t: Check,
  invocation: Invocation,
  { job, papers, secret, cause }: { job: string; papers: readonly Paper[]; secret: string; cause: string },
): void {
  t.succeeded(invocation, { what: `the job ${job}`, cause });
  const seen = invocation.value as Partial<Answer> | null;
  t.equal(seen?.pages, sum(papers), {
    what: `the pages of the job ${job}, with ${papers.map(({ key, pages }) => `${key} (${pages})`).join(' and ')}`,
    cause,
  });
  t.equal(
    seen,
    { job, pages: sum(papers), signature: sign(secret, job, sum(papers)) },
    { what: `the answer to ${job}` },
  );
}

/** The signature that the function gave to its own number of pages was made with this secret. */
function expectSignedWith(t: Check, invocation: Invocation, secret: string, cause: string): void {
  t.succeeded(invocation, { what: 'the job', cause });
  const { job, pages, signature } = (invocation.value ?? {}) as Partial<Answer>;
  t.that(signature === sign(secret, String(job), Number(pages)), {
    expected: `the signature of ${job}:${pages} under the secret that is in the bucket now`,
    seen: `the signature ${signature}, which that secret does not give`,
    cause,
  });
}

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
    const fault = await failsOnce(t, results, `${event.job}.json`);
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
    await t.faults.remove(fault);
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
  const { counter, secret, ttl, replaceSecret, paper, job } = await office(t);
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
});

check('failed-read', async (t) => {
  const { counter, secret, secretObject, paper, job } = await office(t);
  const papers = [await paper()];
  const at = { service: 's3', operation: 'GetObject', resource: secretObject } as const;
  const faults = [
    await t.faults.add({ ...at, effect: { kind: 'latency', ms: 500 } }),
    await t.faults.add({
      ...at,
      effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Access Denied' },
    }),
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
});
