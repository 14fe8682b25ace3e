/** Step 4.7: runs that come to their end, and what nobody has ended; asked is what EC2 shows afterwards. */
import { EC2Client, type Instance, ModifyInstanceAttributeCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { type Check, check, type Invocation } from '#kit';
import { json, keysIn, put } from '../../support/buckets.ts';
import { BOOT, instances, launch, pass, states, tagOf, untilAll } from './support/cluster.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** User data of a program that stays, and of one that ends so many seconds after its boot. */
const STAYS = '#!/bin/bash\nexec sleep 1000000\n';
const ends = (seconds: number): string => `#!/bin/bash\nsleep ${seconds}\nshutdown -h now\n`;

const EC2 = {
  Effect: 'Allow',
  Action: ['ec2:DescribeInstances', 'ec2:DescribeTags', 'ec2:TerminateInstances'],
  Resource: '*',
} as const;

const refusedBy = ({ error }: Invocation): string => (error ? `${error.type}: ${error.message}` : 'it succeeded');

/** An instance that nobody may end before this is taken back. */
async function protect(t: Check, id: string): Promise<void> {
  await t
    .client(EC2Client)
    .send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } }));
}

/** A run whose files are done, with a function for its end. */
async function ended(t: Check, grace: number) {
  const [bucket, cluster, run] = [await t.bucket(), t.seeded.name('cluster'), t.seeded.name('run')];
  const finish = await t.deploy('finish.ts', {
    export: 'finish',
    timeout: grace + 60,
    environment: { CLUSTER: cluster, BUCKET: bucket, GRACE_SECONDS: String(grace) },
    policy: [
      EC2,
      { Effect: 'Allow', Action: ['s3:*'], Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] },
    ],
  });
  const pages = Array.from({ length: t.seeded.integer(4, 7) }, () => t.seeded.integer(1, 90));
  const quarantined = t.seeded.integer(1, 3);
  const done = (of: string, key: string, more: object) =>
    put(t, bucket, `${of}/done/${key}.json`, JSON.stringify({ key, eTag: `"${t.seeded.name('tag')}"`, ...more }));
  for (const [at, count] of pages.entries())
    await done(run, `${t.seeded.pick(['', 'may/'])}file ${at}.pdf`, { pages: count });
  for (let at = 0; at < quarantined; at++) await done(run, `broken ${at}.pdf`, { reason: 'no document' });
  const other = `${run}-2`;
  await done(other, 'elsewhere.pdf', { pages: 7 });
  const files = pages.length + quarantined;
  return {
    bucket,
    cluster,
    run,
    other,
    finish,
    manifestKey: `${run}/manifest.json`,
    manifest: { run, files, committed: pages.length, quarantined, pages: pages.reduce((sum, count) => sum + count, 0) },
    done,
    worker: { cluster, run, role: 'worker' },
    what: `${pages.length} files that were counted and ${quarantined} that were put aside`,
  };
}

type Ended = Awaited<ReturnType<typeof ended>>;

async function expectManifest(t: Check, at: Ended, cause: string): Promise<void> {
  t.equal((await keysIn(t, at.bucket)).includes(at.manifestKey), true, {
    what: `there is an object ${at.manifestKey}`,
    cause,
  });
  t.equal(await json(t, at.bucket, at.manifestKey), at.manifest, { what: at.manifestKey, cause, hint: 2 });
}

check('in-order', async (t) => {
  const grace = t.seeded.integer(40, 70);
  const at = await ended(t, grace);
  // Where the clock stands still between these calls, they boot together.
  const tags = { cluster: at.cluster, run: at.run };
  const [coordinator] = await launch(t, STAYS, { tags: { ...tags, role: 'coordinator' } });
  const own = Math.round(grace * 0.8);
  const [willing] = await launch(t, ends(own), { tags: at.worker });
  const [stuck] = await launch(t, STAYS, { tags: at.worker });
  await pass(t, BOOT);
  // These are pending when it begins, and boot while it waits.
  const [otherRun] = await launch(t, '', { tags: { ...at.worker, run: at.other } });
  const [otherCluster] = await launch(t, '', { tags: { ...at.worker, cluster: `${at.cluster}-2` } });
  t.did(
    `put objects for ${at.what}, launched a coordinator, a worker that ends by itself after ${own} s and one that never does, and invoked finish with ${grace} s of grace`,
  );
  t.succeeded(await at.finish.invoke({ run: at.run }), { what: 'the invocation of finish' });
  await expectManifest(t, at, 'It is counted from all objects below RUN/done/, and from no others.');
  const seen = await untilAll(t, [willing!, stuck!], 'terminated', 10, 2);
  t.equal(seen, ['terminated', 'terminated'], {
    what: 'the states of the two workers, ten seconds after finish',
    cause: 'Who has not ended when the grace is over will not: somebody has to end them.',
  });
  t.equal(await states(t, [coordinator!]), ['running'], {
    what: 'the state of the coordinator when finish has returned',
    cause: 'Who ends the coordinator from within its own program does not come to the lines after that.',
    hint: 2,
  });
  t.equal(await states(t, [otherRun!, otherCluster!]), ['running', 'running'], {
    what: 'the states of a worker of another run, and of one of another cluster',
    cause: 'One tag is not enough to know one’s own: all of cluster, run and role have to be right, to the letter.',
  });

  const trace = await t.trace();
  const written = trace.find(
    ({ operation, resource, error }) =>
      operation === 'PutObject' && resource === `${at.bucket}/${at.manifestKey}` && !error,
  )!;
  const byItself = trace.find(({ operation, resource }) => operation === 'InstancePower' && resource === willing);
  const early = trace.find(({ kind, operation }) => kind === 'call' && operation === 'TerminateInstances');
  t.that(byItself !== undefined, {
    expected: `the worker that takes ${own} s for its end gets them, of ${grace} s of grace`,
    seen: `it was terminated ${seconds(early!.time - written.time)} after the manifest`,
    cause: 'Nobody has waited for it. Its last lines went with it.',
    hint: 2,
  });
  const order = [...trace]
    .filter(({ id }) => [written.id, byItself!.id, early?.id].includes(id))
    .map(({ id }) => (id === written.id ? 'manifest' : id === early?.id ? 'TerminateInstances' : 'a worker’s own end'));
  t.equal(order, ['manifest', 'a worker’s own end', 'TerminateInstances'], {
    what: 'what came one after the other',
    cause: 'What is written down first cannot be lost by what comes next; and workers end because they see it.',
    hint: 2,
  });

  await at.done(at.run, 'late.pdf', { pages: 1 });
  t.did('put one more object below RUN/done/, and invoked finish again');
  t.succeeded(await at.finish.invoke({ run: at.run }), { what: 'the second invocation of finish' });
  await expectManifest(t, at, 'The manifest that was there has been overwritten. Somebody may have read it by then.');
  t.equal(await states(t, [coordinator!, otherRun!, otherCluster!]), ['running', 'running', 'running'], {
    what: 'the states of the coordinator and the two others after the second time',
  });
});

const seconds = (ms: number): string => `${Math.round(ms / SECOND)} s`;

check('refused', async (t) => {
  // Too short for a boot: what is pending is there all the same.
  const at = await ended(t, 2);
  const workers = await launch(t, STAYS, { tags: at.worker, count: 3 });
  await protect(t, workers[1]!);
  const refusal = await t.faults.add({
    service: 's3',
    operation: 'PutObject',
    resource: `${at.bucket}/${at.manifestKey}`,
    effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Refused by the grader.' },
  });
  t.did(`launched 3 workers, refused to write ${at.manifestKey}, and invoked finish`);
  const without = await at.finish.invoke({ run: at.run });
  const hit = (await t.trace()).some(({ fault }) => fault === refusal);
  t.that(hit, {
    expected: `finish writes ${at.manifestKey}`,
    seen: refusedBy(without),
    cause: 'It has done something else before, or has failed before.',
    hint: 2,
  });
  t.that(without.error !== undefined, {
    expected: 'finish rejects when the manifest could not be written',
    seen: 'it resolved',
    cause: 'Whoever called it takes the run for finished now.',
  });
  const ending = (await states(t, workers)).filter((state) => !/^(pending|running)$/.test(state));
  t.equal(ending, [], {
    what: 'the states of workers that are about to end, or have ended, after a finish that could not write the manifest',
    cause: 'Nobody knows what came of the run, and those who could go on are gone.',
    hint: 2,
  });

  await t.faults.remove(refusal);
  t.did('let the manifest through, protected the second worker (disableApiTermination), and invoked finish again');
  const { error } = await at.finish.invoke({ run: at.run });
  await expectManifest(t, at, 'The second time completes what the first could not.');
  const seen = await states(t, workers);
  t.that(['shutting-down', 'terminated'].includes(seen[0]!) && ['shutting-down', 'terminated'].includes(seen[2]!), {
    expected: 'the first and the third worker are ended, although the second one cannot be',
    seen: seen.join(', '),
    cause: 'One call for all of them is refused as a whole; and a loop ends at the first error that nobody keeps.',
    hint: 2,
  });
  t.that(error !== undefined, {
    expected: 'finish rejects: a worker could not be terminated, and is still paid for',
    seen: 'it resolved',
    cause: 'The refusal was swallowed.',
  });
});

/** The reaper of a cluster, and times as its tags have them. */
async function reaping(t: Check) {
  const cluster = t.seeded.name('cluster');
  const [ttl, mostHold] = [t.seeded.integer(70, 110), t.seeded.integer(25, 45)];
  const reaper = await t.deploy('reaper.ts', {
    environment: { CLUSTER: cluster, TTL_MINUTES: String(ttl), MOST_HOLD_MINUTES: String(mostHold) },
    policy: [EC2],
  });
  const begun = await t.clock.now();
  return {
    cluster,
    ttl,
    mostHold,
    reaper,
    after: (minutes: number) => new Date(begun + minutes * MINUTE).toISOString(),
  };
}

/** By their tag Name: which of these are there no more, or are about to end? */
async function gone(t: Check): Promise<string[]> {
  const named = (instance: Instance): string => tagOf(instance, 'Name') ?? '';
  return (await instances(t))
    .filter(({ State }) => ['shutting-down', 'terminated'].includes(State!.Name!))
    .map(named)
    .sort();
}

/** The instances that the reaper has named in a part of its answer, by their tag Name. */
async function namesOf(t: Check, answer: unknown, part: 'terminated' | 'held'): Promise<string[]> {
  const ids = (answer as Partial<Record<typeof part, readonly string[]>> | undefined)?.[part] ?? [];
  const all = await instances(t);
  return ids.map((id) => tagOf(all.find(({ InstanceId }) => InstanceId === id) ?? {}, 'Name') ?? id).sort();
}

check('reaped', async (t) => {
  const at = await reaping(t);
  const ec2 = t.client(EC2Client);
  const { cluster } = at;
  const early = t.seeded.integer(8, 20);
  const of = (Name: string, more: Readonly<Record<string, string>>) => ({ tags: { Name, run: 'run', ...more } });
  const expiresAt = at.after(early);
  await launch(t, STAYS, of('expired', { cluster, expiresAt }));
  const [stopped] = await launch(t, STAYS, of('stopped', { cluster, expiresAt }));
  await launch(t, '', of('no expiresAt', { cluster }));
  await launch(t, '', of('unreadable expiresAt', { cluster, expiresAt: 'in the evening' }));
  await t.clock.advance(BOOT);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [stopped!] }));
  const ttl = `${at.ttl} min after their launch`;
  t.did(
    `launched four instances: one that expires after ${early} min, one like it that was stopped, one without expiresAt, one with “in the evening”`,
  );
  await t.clock.advance((early - 1) * MINUTE);
  t.did('invoked the reaper one minute before they expire');
  t.succeeded(await at.reaper.invoke({}), { what: 'the invocation of the reaper' });
  t.equal(await gone(t), [], { what: 'whom the reaper has ended before their time' });

  await t.clock.advance(MINUTE);
  t.did('and at that minute');
  t.succeeded(await at.reaper.invoke({}), { what: 'the invocation of the reaper' });
  const before = ['expired', 'stopped'];
  t.equal(await gone(t), before, {
    what: `whom the reaper has ended at their expiresAt; the two others have time until ${ttl}`,
    cause:
      'A stopped instance has a disk that is paid for. And what cannot be read is no time: it is neither past nor future.',
    hint: 3,
  });

  await t.clock.advance((at.ttl - early) * MINUTE);
  // None of these boots: the clock stands still until the reaper has been there.
  await launch(t, '', of('other cluster', { cluster: t.seeded.name('cluster'), expiresAt }));
  await launch(t, '', of('longer name', { cluster: `${cluster}-2`, expiresAt }));
  await launch(t, '', of('capital letters', { cluster: cluster.toUpperCase(), expiresAt }));
  await launch(t, '', of('no cluster', { project: cluster, expiresAt }));
  await launch(t, '', of('not expired', { cluster, expiresAt: at.after(at.ttl + 30) }));
  const [kept] = await launch(t, '', of('protected', { cluster, expiresAt }));
  await protect(t, kept!);
  await launch(t, '', of('late', { cluster, expiresAt }));
  t.did(
    `${ttl} launched some more (of another cluster, of one whose name is like ours, of none; one that has not expired; an expired one that is protected, and another one), and invoked the reaper`,
  );
  const { error } = await at.reaper.invoke({});
  // EC2 shows what has ended for an hour.
  const since = (await gone(t)).filter((name) => !before.includes(name));
  t.equal(since, ['late', 'no expiresAt', 'unreadable expiresAt'], {
    what: 'whom the reaper has ended since then',
    cause:
      'Ours are those whose tag `cluster` is CLUSTER, to the letter. One of them that cannot be ended saves no other; and one without a time that can be read has TTL_MINUTES.',
    hint: 2,
  });
  t.that(error !== undefined, {
    expected: 'the invocation fails: an instance could not be terminated, and somebody has to know',
    seen: 'it succeeded',
    cause: 'The refusal was swallowed.',
  });
});

check('held', async (t) => {
  const at = await reaping(t);
  const { cluster, mostHold } = at;
  const end = t.seeded.integer(5, 15);
  const hold = t.seeded.integer(8, mostHold - 8);
  const expiresAt = at.after(end);
  const of = (Name: string, holdUntil: string, expires = expiresAt) => ({
    tags: { Name, cluster, expiresAt: expires, holdUntil },
  });
  await launch(t, STAYS, of('held', at.after(end + hold)));
  await launch(t, STAYS, of('forgotten', at.after(end + mostHold + 24 * 60)));
  t.did(
    `launched two instances that expire after ${end} min, one held for ${hold} min more, one for a day more, where ${mostHold} min are the most`,
  );

  let before: readonly string[] = [];
  const visit = async (
    minutes: number,
    when: string,
    expected: readonly string[],
    stay: readonly string[],
    cause: string,
  ) => {
    await t.clock.advance(minutes * MINUTE);
    t.did(`invoked the reaper ${when}`);
    const answer = await at.reaper.invoke({});
    t.succeeded(answer, { what: 'the invocation of the reaper' });
    t.equal(await gone(t), expected, { what: `who has been ended by then, ${when}`, cause, hint: 3 });
    t.equal(
      { terminated: await namesOf(t, answer.value, 'terminated'), held: await namesOf(t, answer.value, 'held') },
      { terminated: expected.filter((name) => !before.includes(name)), held: stay },
      { what: 'the ids of the reaper’s answer, each by its tag Name' },
    );
    before = expected;
  };

  await t.clock.advance(end * MINUTE);
  // These do not boot: the clock stands still until the reaper has been there.
  await launch(t, '', of('hold in the past', at.after(end - 3)));
  await launch(t, '', of('unreadable hold', 'until I am done'));
  await launch(t, '', of('not expired', at.after(end - 3), at.after(end + mostHold + 30)));
  t.did(
    'launched three more: a hold in the past, one that says “until I am done”, and one in the past that has not expired',
  );
  const early = ['hold in the past', 'unreadable hold'];
  await visit(
    0,
    'when they expire',
    early,
    ['forgotten', 'held'],
    'A hold postpones the end. It does not bring it nearer, and what cannot be read holds nothing.',
  );
  await visit(
    hold,
    `${hold} min later`,
    ['held', ...early],
    ['forgotten'],
    'The hold is over, and nothing holds it any more.',
  );
  await visit(
    mostHold - hold - 1,
    'one minute before the longest hold is over',
    ['held', ...early],
    ['forgotten'],
    'A hold may last as long as MOST_HOLD_MINUTES says, counted from the end.',
  );
  await visit(
    1,
    'at that minute',
    ['forgotten', 'held', ...early],
    [],
    'Somebody has forgotten it. A hold without a limit is a bill without a limit.',
  );
});
