/** Step 4.10: two of three workers die, the coordinator, and all of them; a function on a schedule heals. */
import { type Check, check } from '#kit';
import { json, put } from '../../support/buckets.ts';
import { launch, states, until, untilAll } from './support/cluster.ts';
import { callerOf, crew, expectConserved, expectManifest, SECONDS, terminate, told } from './support/crew.ts';

const SECOND = 1000;

const either = (t: Check) => t.seeded.pick(['before', 'after'] as const);

check('two-die', async (t) => {
  const c = await crew(t, { workers: 3, files: 6 });
  await c.programs('worker');
  // Calls that come with the thriftiest answer, too: of all calls one of the first, of readings one for each document.
  const first = t.seeded.integer(5, 15);
  const reading = { service: 's3', operation: 'GetObject', resource: `${c.inbox}/*` };
  const [second, its] = t.seeded.pick([true, false])
    ? [{ nth: first + t.seeded.integer(1, 3) }, 'calls']
    : [{ ...reading, nth: t.seeded.integer(3, c.documents.length) }, 'readings'];
  for (const call of [{ nth: first }, second]) await c.dies({ ...call, when: either(t) });
  const ids = await c.join('worker', 3);
  t.did(
    `started 3 workers on ${c.documents.length} files, and killed one at the ${first}. of their calls and another one at the ${second.nth}. of their ${its}`,
  );
  const all = c.documents.reduce((sum, { pages }) => sum + pages, 0);
  // One may have to do everything alone, after each of the others was waited for.
  const patience = all + 2 * (SECONDS.LEASE_SECONDS + SECONDS.FILE_SECONDS);
  await untilAll(t, ids, 'terminated', patience, 10);
  const deaths = await c.deaths();
  const dead = deaths.map(callerOf);
  t.equal(dead.length, 2, {
    what: 'the workers that have died: with fewer calls and readings than that the work cannot be done',
  });
  t.did(`they died at ${deaths.map((call) => told(c, call)).join(' and ')}`);
  await expectConserved(t, c);
  t.equal(await c.readAgain(), [], {
    what: 'the documents that were read again though the one who had read them before was alive',
    cause: 'Several did the same, or what was committed was done again.',
    hint: 1,
  });
  const living = ids.filter((id) => !dead.includes(id));
  t.equal(await c.ends(living), [0], {
    what: 'the exit code of the third worker',
    cause: 'It ended with an error, or it still waits for those who are dead.',
  });
});

check('coordinator-dies', async (t) => {
  const c = await crew(t, { workers: 1, files: t.seeded.integer(4, 6), poll: 15 });
  await c.wanted();
  await c.programs('coordinator');
  const heal = await c.deployed('heal.ts');
  const { bucket, run, table, policy } = c;
  const desk = await t.deploy('desk.ts', { environment: { RUN: run, BUCKET: bucket, TABLE: table }, policy });
  const [first] = await c.join('coordinator', 1);
  const [worker] = await c.join('worker', 1, 'exec sleep 100000');
  const deaths = {
    'when it has just written the plan': {
      operation: 'PutObject',
      resource: `${bucket}/${run}/plan.json`,
      nth: 1,
      when: 'after',
    },
    'while it waits for the work': {
      operation: 'ListObjectsV2',
      nth: t.seeded.integer(2, 5),
      when: either(t),
    },
    'at the manifest': {
      operation: 'PutObject',
      resource: `${bucket}/${run}/manifest.json`,
      nth: 1,
      when: either(t),
    },
    'when it was about to end the worker': { operation: 'TerminateInstances', nth: 1, when: 'before' },
  } as const;
  const when = t.seeded.pick(Object.keys(deaths) as (keyof typeof deaths)[]);
  await c.dies({ of: first!, ...deaths[when] });

  const has = async (key: string) => (await c.writes(key)).length > 0;
  t.that(await until(t, 60, () => has('plan.json'), 5), {
    expected: 'RUN/plan.json is there a minute after the launch of the coordinator',
    seen: 'it is not',
    cause: 'The coordinator does not ask planned() for the plan.',
  });
  const plan = (await json(t, bucket, `${run}/plan.json`)) as { bunches: { id: string }[] };
  const late = await c.document();
  const { value: lease } = await desk.invoke({
    op: 'claim',
    bunches: [plan.bunches[0]!.id],
    holder: worker,
    seconds: 3600,
  });
  const commit = async (documents: typeof c.documents) => {
    for (const { key, eTag, pages } of documents)
      await put(t, bucket, `${run}/done/${key}.json`, JSON.stringify({ key, eTag, pages }));
  };
  const beat = () => c.beats('worker', worker!, 1);
  const expectOnePlan = async () =>
    t.equal((await c.writes('plan.json')).length, 1, {
      what: 'how often RUN/plan.json was written',
      cause: 'Who comes second goes on with the plan that is there: planned() has it.',
      hint: 3,
    });
  const half = Math.floor(c.documents.length / 2);
  await commit(c.documents.slice(0, half));
  // Twice the time that a dead one is left alone.
  for (let minutes = 0; minutes < 2; minutes++) {
    await t.clock.advance(60 * SECOND);
    await beat();
    t.succeeded(await heal.invoke({ run }));
  }
  t.did(
    `started a coordinator on ${c.documents.length} files, to die ${when}; ${late.key} arrived when there was a plan. A worker of ours did half of the files, and two minutes later the others, and then still held its lease. heal.ts was started every minute`,
  );
  await expectOnePlan();
  await commit(c.documents.slice(half));
  await t.clock.advance(40 * SECOND);
  t.that(!(await has('manifest.json')), {
    expected: 'no RUN/manifest.json while a lease is held',
    seen: 'it was written',
    cause: 'All files are done, but somebody is still at it: held() says so.',
    hint: 3,
  });
  t.succeeded(await desk.invoke({ op: 'release', lease }));
  t.did('released the lease');
  const over = await c.healed(heal, c.over, beat);
  t.equal(
    (await c.deaths()).map((call) => callerOf(call)),
    [first],
    {
      what: `the instances that were to die ${when}`,
      cause: 'The coordinator never came that far.',
      hint: 3,
    },
  );
  await expectManifest(t, c);
  await expectOnePlan();
  t.that(over, {
    expected: 'coordinators and worker have ended, at most six minutes after that',
    seen: `alive are ${[...(await c.living('coordinator')), ...(await c.living('worker'))].join(', ')}`,
    cause: 'The next coordinator does not find out from the store how far the first one was, or nobody started one.',
    hint: 3,
  });
});

check('all-die', async (t) => {
  const c = await crew(t, { workers: 1, files: 4 });
  await c.wanted();
  await c.programs('coordinator', 'worker');
  const heal = await c.deployed('heal.ts');
  const ids = [...(await c.join('coordinator', 1)), ...(await c.join('worker', 1))];
  const calls = [t.seeded.integer(2, 9), t.seeded.integer(6, 15)];
  for (const [index, of] of ids.entries()) await c.dies({ of, nth: calls[index]!, when: either(t) });
  await until(t, 120, async () => (await c.deaths()).length === 2, 5);
  const deaths = await c.deaths();
  t.equal(deaths.map(callerOf).sort(), ids.toSorted(), { what: 'who has died: the coordinator and the worker' });
  const done = await c.done();
  const before = (await c.reads()).length;
  t.did(
    `started a coordinator and a worker on ${c.documents.length} files, and killed both, at ${deaths.map((call) => told(c, call)).join(' and ')}, when ${Object.keys(done).length} files were done; then started heal.ts every minute`,
  );
  const over = await c.healed(heal, c.over);
  const seen = await c.done();
  t.equal(Object.fromEntries(Object.entries(seen).filter(([key]) => key in done)), done, {
    what: 'what was below RUN/done/ at the moment when nobody was alive',
    cause: 'Those who came later wrote over it.',
    hint: 3,
  });
  await expectConserved(t, c);
  const open = c.documents.filter(({ key }) => !(key in done)).map(({ key }) => `${c.inbox}/${key}`);
  t.equal(
    (await c.reads())
      .slice(before)
      .map(({ resource }) => resource)
      .sort(),
    open.sort(),
    {
      what: 'the documents that were read after that',
      cause: 'The store says what is done. Who asks it reads the others, each once.',
      hint: 3,
    },
  );
  await expectManifest(t, c);
  t.that(over, {
    expected: 'all instances of the run have ended, the dead ones and the new ones',
    seen: `alive are ${[...(await c.living('coordinator')), ...(await c.living('worker'))].join(', ')}`,
    cause: 'A dead one was replaced and not terminated, or the new coordinator does not come to its end.',
    hint: 2,
  });
});

check('healthy', async (t) => {
  const STALE = t.seeded.integer(30, 90);
  const c = await crew(t, { workers: 5, files: 0 });
  const heal = await c.deployed('heal.ts', STALE);
  t.succeeded(await heal.invoke({ run: c.run }), {
    what: 'a heal before there is a RUN/run.json',
    cause: 'There is nothing to heal then, and that is no mistake.',
  });
  await c.wanted();
  const [coordinator] = await c.join('coordinator', 1, ':');
  const workers = t.seeded.shuffle(await c.join('worker', 4, ':'));
  const [ended, silent, late, busy] = workers as [string, string, string, string];
  const strangers = [
    ...(await launch(t, '#!/bin/sh', { tags: { cluster: c.cluster, run: t.seeded.name('run'), role: 'worker' } })),
    ...(await launch(t, '#!/bin/sh', { tags: { cluster: t.seeded.name('cluster'), run: c.run, role: 'worker' } })),
  ];
  await t.clock.advance(10 * SECOND);
  await terminate(t, ended);
  await t.clock.advance((STALE + t.seeded.integer(5, 20)) * SECOND);
  const [slow] = await c.join('worker', 1, ':');
  await t.clock.advance((STALE / 2) * SECOND);
  await c.beats('worker', busy, t.seeded.integer(1, STALE - 5));
  await c.beats('coordinator', coordinator!, t.seeded.integer(1, STALE - 5));
  await c.beats('worker', late, STALE + t.seeded.integer(3, 20));
  t.did(
    `wanted 1 coordinator and 5 workers. Of the workers ${ended} has ended, ${silent} never gave a sign of life, the last one of ${late} is more than ${STALE} s old, that of ${busy} is younger, and ${slow} was launched ${STALE / 2} s ago. Started heal.ts twice at the same moment`,
  );
  // Both look before one of them has done anything.
  const slowly = await t.faults.add({
    service: 'ec2',
    operation: 'DescribeInstances',
    effect: { kind: 'latency', ms: 200 },
  });
  const answers = await heal.invokeTogether([{ run: c.run }, { run: c.run }]);
  await t.faults.remove(slowly);
  for (const answer of answers) t.succeeded(answer);

  const untouched = await states(t, [coordinator!, busy, slow!, ...strangers]);
  t.equal(untouched, Array(5).fill('running'), {
    what: 'the states of the coordinator, the worker that is busy, the one just launched, a worker of another run and one of another cluster',
    cause:
      'Dead is who has been launched, and has given a last sign of life, longer ago than STALE_SECONDS; and ours is what has both tags, cluster and run.',
    hint: 2,
  });
  t.equal(
    (await states(t, [silent, late])).filter((state) => state === 'running'),
    [],
    {
      what: 'the workers that are dead and still running: the one that was never heard of, and the one whose last sign is old',
      cause: 'EC2 says `running` of a machine whose programs have all died. It costs money until it is terminated.',
      hint: 2,
    },
  );
  const fresh = (await c.living('worker')).filter((id) => ![busy, slow].includes(id));
  t.equal(fresh.length, 3, {
    what: `the new workers, in the place of ${ended}, ${silent} and ${late}`,
    cause: 'Each dead one has one replacement: not two because two were healing, and not one for all.',
    hint: 2,
  });
  const named = answers.flatMap(({ value }) => (value as { replaced?: { by?: string }[] })?.replaced ?? []);
  t.equal([...new Set(named.map(({ by }) => by))].sort(), fresh.toSorted(), {
    what: 'the replacements that the two answers name, `by` of `replaced`',
  });

  const [gone, gone2] = t.seeded.shuffle(fresh);
  await terminate(t, gone!, gone2!);
  await t.clock.advance(2.2 * SECOND);
  await t.faults.add({
    service: 'ec2',
    operation: 'LaunchInstance',
    nth: 1,
    effect: { kind: 'error', code: 'VcpuLimitExceeded', status: 400 },
  });
  t.did('ended two of the three replacements. Started heal.ts, with no room for the first instance that it launched');
  const refused = await heal.invoke({ run: c.run });
  t.equal([(await c.living('worker')).length, refused.error !== undefined], [4, true], {
    what: 'how many workers are there, and whether the invocation failed, when one of two could not be replaced',
    cause:
      'What is refused for one is no reason to leave the other out; and who looks at the schedule wants to know of it.',
  });
  t.did('started heal.ts twice more, one after the other');
  for (let times = 0; times < 2; times++) t.succeeded(await heal.invoke({ run: c.run }));
  t.equal((await c.living('worker')).length, 5, {
    what: 'the workers that are there',
    cause:
      'A replacement may die, too. Then it is replaced, and not once more the one in whose place it was: that makes two.',
    hint: 3,
  });

  await put(t, c.bucket, `${c.run}/manifest.json`, '{}');
  const [first] = await c.living('worker');
  await terminate(t, first!, coordinator!);
  t.did('put a RUN/manifest.json, ended the coordinator and one worker, and started heal.ts');
  t.succeeded(await heal.invoke({ run: c.run }));
  t.equal([(await c.living('coordinator')).length, (await c.living('worker')).length], [1, 4], {
    what: 'the coordinators and the workers that are there, when there was a manifest and four workers had not ended yet',
    cause: 'After the manifest there is no work. But somebody has to end the workers that are left.',
    hint: 3,
  });
  await terminate(t, ...(await c.living('worker')), ...(await c.living('coordinator')));
  t.did('ended all of them, and started heal.ts');
  t.succeeded(await heal.invoke({ run: c.run }));
  t.equal([await c.living('coordinator'), await c.living('worker')], [[], []], {
    what: 'the coordinators and the workers that are there, when all has come to its end',
    cause: 'There is a manifest, and nobody is left whom a coordinator would have to end.',
    hint: 3,
  });
});
