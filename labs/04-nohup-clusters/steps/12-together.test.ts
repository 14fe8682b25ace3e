/** Step 4.12: from one event to the manifest, by all files of the answer; and what is left when nobody heals. */
import { check } from '#kit';
import { put } from '../../support/buckets.ts';
import { alive, keepProgram } from './support/cluster.ts';
import { callerOf, crew, expectConserved, expectManifest } from './support/crew.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

check('whole', async (t) => {
  const c = await crew(t, { workers: 2, files: 4, poll: 10, attempts: 1 });
  await c.programs('coordinator', 'worker', 'ship');
  const [launch, heal] = [await c.deployed('launch.ts'), await c.deployed('heal.ts')];
  const unreadable = `${t.seeded.name('note')}.pdf`;
  await put(t, c.inbox, unreadable, 'This is no document.');
  const poison = await c.document();
  await c.dies({
    operation: 'GetObject',
    resource: `${c.inbox}/${poison.key}`,
    when: t.seeded.pick(['before', 'after']),
  });
  t.did(
    `uploaded ${c.documents.length} documents, ${unreadable}, which is no PDF, and ${poison.key}, which kills who reads it (files may be begun once); started launch.ts for 2 workers, and heal.ts every minute`,
  );
  t.succeeded(await launch.invoke(c.event));
  const over = await c.healed(heal, c.over, undefined, 2);
  const dead = (await c.deaths()).map(callerOf);
  t.equal(dead.length, 1, {
    what: `the instances that have died of ${poison.key}`,
    cause: 'A file that was begun as often as it may be is put aside, and not read once more.',
    hint: 1,
  });
  await expectConserved(t, c, [unreadable, poison.key]);
  t.equal(await c.readAgain(), [], {
    what: 'the documents that were read again though the one who had read them before was alive',
    hint: 1,
  });
  await expectManifest(t, c, 2);
  t.that(over, {
    expected: 'all instances of the cluster have ended',
    seen: `alive are ${(await alive(t)).join(', ')}`,
    cause: 'Somebody waits for somebody who waits, or ended without a shutdown.',
    hint: 2,
  });
  const statuses: [string, unknown][] = [];
  for (const id of (await c.launched()).filter((one) => !dead.includes(one))) statuses.push([id, await c.statusOf(id)]);
  t.equal(
    statuses.filter(([, status]) => status !== 0),
    [],
    {
      what: 'the instances whose job did not end with status 0, by RUN/logs/INSTANCE/status.json',
      cause: 'Its log is beside it. Without a status the instance was ended before its log was complete.',
      hint: 2,
    },
  );
});

check('nothing-alive', async (t) => {
  const c = await crew(t, { workers: 2, files: 4 });
  const stays = '#!/bin/sh\nexec sleep 1000000\n';
  for (const role of ['coordinator', 'worker']) await keepProgram(t, c.bucket, role, stays);
  await keepProgram(t, c.bucket, 'ship', 'setInterval(() => {}, 1_000_000_000);\n');
  const [launch, heal, reaper] = [
    await c.deployed('launch.ts'),
    await c.deployed('heal.ts'),
    await c.deployed('reaper.ts'),
  ];
  const { bucket, run, table, policy } = c;
  const desk = await t.deploy('desk.ts', { environment: { RUN: run, BUCKET: bucket, TABLE: table }, policy });
  const answer = await launch.invoke(c.event);
  t.succeeded(answer);
  const [, worker] = (answer.value as { workers: string[] }).workers;
  await t.clock.advance(t.seeded.integer(90, 150) * SECOND);
  for (const role of ['coordinator', 'worker'] as const) {
    for (const id of await c.living(role)) if (id !== worker) await c.beats(role, id, 1);
  }
  t.succeeded(await heal.invoke({ run }));
  await t.clock.advance(10 * SECOND);
  const kept = c.documents.slice(0, t.seeded.integer(1, 3));
  for (const { key, eTag, pages } of kept)
    t.succeeded(await desk.invoke({ op: 'commit', file: { key, eTag, size: 1 }, pages }));
  t.did(
    `started launch.ts for 2 workers; programs of ours, which do not end by themselves, ran on all instances. heal.ts replaced one of them; ${kept.length} of ${c.documents.length} files were done. Then nobody healed any more, and reaper.ts was started a minute before their time was up, and a minute after`,
  );
  const all = await alive(t);
  t.equal(all.length, 3, {
    what: 'the instances that are alive: a coordinator, a worker, and the one in the place of the other worker',
    hint: 2,
  });
  await t.clock.advance(c.expires - MINUTE - (await t.clock.now()));
  t.succeeded(await reaper.invoke({}));
  await t.clock.advance(2 * MINUTE);
  t.equal((await alive(t)).sort(), all.toSorted(), {
    what: 'the instances that are alive when their time was up a minute ago, and the reaper was there a minute before it',
    cause: 'They ended by themselves, or too early.',
    hint: 2,
  });
  t.succeeded(await reaper.invoke({}));
  await t.clock.advance(10 * SECOND);
  t.equal(await alive(t), [], {
    what: 'the instances that are alive after it was there again',
    cause: 'The time of a replacement is up with that of the run: `at` is in RUN/run.json, too.',
    hint: 2,
  });
  t.equal((await desk.invoke({ op: 'done' })).value, kept.map(({ key }) => key).sort(), {
    what: 'the files that are done, as done() has them',
    hint: 2,
  });
});
