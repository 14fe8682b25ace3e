/** Step 4.9: workers with the learner's worker.ts share a plan, and one of them dies, hangs, or comes across a file that kills. */
import { type Check, check } from '#kit';
import { encrypted, plain } from '../../support/documents.ts';
import { type File, fleet } from './support/fleet.ts';

const LEASE = 15;
const FILE = 60;
const POLL = 5;
/** Seconds from a launch to the first line of a program, and from its last to the end of its machine. */
const AROUND = 10;
const terms = { workers: 2, leaseSeconds: LEASE, fileSeconds: FILE, pollSeconds: POLL, mostAttempts: 4 };

const keyOf = (t: Check): string => `${t.seeded.name('letter')}.pdf`;

check('one-dies', async (t) => {
  const f = await fleet(t, terms);
  const seconds = t.seeded.integer(3, 8);
  const pages = new Map<string, number>();
  const files: File[] = [];
  for (let i = 0; i < 6; i++) {
    const [key, count] = [keyOf(t), t.seeded.integer(1, 30)];
    pages.set(key, count);
    files.push(await f.document(key, plain(count), seconds));
  }
  const bunches = [files.slice(0, 3), files.slice(3)];
  await f.plan(bunches);
  // Neither the first file of a bunch, or there would be nothing that is not to be done again; nor the only one that is left.
  const { key } = t.seeded.pick(bunches)[1]!;
  const moment = t.seeded.pick(['reads', 'has read', 'commits', 'has committed'] as const);
  const commits = moment.endsWith('commits') || moment.endsWith('committed');
  const call = commits
    ? { operation: 'PutObject', resource: f.resultOf(key) }
    : { operation: 'GetObject', resource: f.at(key) };
  const fault = await f.kill(call, moment.startsWith('has') ? 'after' : 'before', 1);
  const ids = await f.launch();
  t.did(
    `launched two workers for two bunches of three files, ${seconds} s each; who ${moment} ${key}, the second of its bunch, died of it (a lease lasts ${LEASE} s)`,
  );
  // The other one's own bunch, the wait for the dead one's lease, and what was left in it.
  const within = 3 * seconds + LEASE + 2 * POLL + 3 * seconds;
  await f.untilEnded(ids, AROUND);
  const dead = async () => (await f.killed(fault))[0];
  await t.clock.advance(2 * seconds * 1000);
  const victim = await dead();
  t.that(victim !== undefined, {
    expected: `each of the two works on a bunch of its own; ${2 * seconds + AROUND} s after the launch one of them has come to ${key}`,
    seen: `nobody has; the last that they printed: ${await f.lastLines(ids)}`,
    cause: 'Files are read in the order of the plan, and what came of each is committed before the next one is read.',
    hint: 1,
  });
  const survivor = ids.find((id) => id !== victim)!;
  const left = await f.untilEnded([survivor], within + AROUND);

  const results = await f.results();
  const missing = files.filter((file) => !results.some((one) => one.key === file.key)).map((file) => file.key);
  t.equal(missing, [], {
    what: `the files that nobody has done ${within} s later`,
    cause:
      'What the dead worker had taken on is nobody’s work now: it was fixed before, or kept in its memory, who does what.',
    hint: 1,
  });
  t.that(results.length === files.length, {
    expected: 'each file is committed once',
    seen: `${results.length} commits of ${files.length} files`,
  });
  const outcomes = await Promise.all(files.map((file) => f.outcome(file.key)));
  t.equal(
    outcomes,
    files.map(({ key: one, eTag }) => ({ key: one, eTag, pages: pages.get(one) })),
    {
      what: 'what came of the files',
      cause: 'A number of pages is not that of the document, or the commit is of another version of it.',
    },
  );
  const readings = await f.readings();
  const most = files.length + (moment === 'has committed' ? 0 : 1);
  const often = files.map((file) => readings.filter((one) => one.key === file.key).length);
  t.that(readings.length <= most, {
    expected: `${most} readings of documents at most: each file once${most > files.length ? `, and ${key} a second time` : ''}`,
    seen: `${readings.length} readings (${often.join(', ')}, in the order of the plan)`,
    cause:
      'A file that was committed has been read again: the bunch was begun anew and nobody asked what is done. Or commits came late, all together; or both had the same bunch.',
    hint: 3,
  });
  t.equal(left, [], {
    what: 'the survivor that has not ended, though all files are done',
    cause: 'It waits for something that does not come any more: for another worker, or for a lease.',
    hint: 3,
  });
  t.equal(await f.statusOf(survivor), '0', {
    what: 'the exit status of the survivor',
    cause: 'It ended by an error, when all had been done.',
  });
});

check('slow-or-stuck', async (t) => {
  const f = await fleet(t, terms);
  const [slowKey, stuckKey] = [keyOf(t), keyOf(t)];
  const slowFor = 3 * LEASE + t.seeded.integer(0, 5);
  const stuckFor = FILE + 2 * LEASE + 2 * POLL + t.seeded.integer(40, 80);
  const pages = t.seeded.integer(2, 40);
  const slow = await f.document(slowKey, plain(pages), slowFor);
  const stuck = await f.document(stuckKey, plain(pages + 1), stuckFor, 1);
  await f.plan([[slow], [stuck]]);
  const ids = await f.launch();
  t.did(
    `launched two workers for two files: ${slowKey} takes ${slowFor} s, and ${stuckKey} ${stuckFor} s the first time that it is read, then no time at all (a lease lasts ${LEASE} s, a file may take ${FILE} s)`,
  );
  const timeOf = async (key: string) => (await f.results()).find((one) => one.key === key)?.time;
  const readings = async (key: string) => (await f.readings()).filter((one) => one.key === key);

  await f.untilEnded(ids, AROUND + FILE - POLL);
  t.equal((await readings(slowKey)).length, 1, {
    what: `how often ${slowKey} was read`,
    cause: 'Its worker was getting on with it, and lost its lease all the same: nothing extended it.',
    hint: 2,
  });
  // By their times: while a reading takes its time, the clock goes on by itself.
  const early = (await readings(stuckKey)).filter(({ time }, _, [first]) => time - first!.time < (FILE - POLL) * 1000);
  t.equal(early.length, 1, {
    what: `how often ${stuckKey} was read in the first ${FILE - POLL} s`,
    cause: 'It was taken from its worker before FILE_SECONDS had passed.',
    hint: 2,
  });

  const within = FILE + LEASE + 2 * POLL;
  await f.untilEnded(ids, LEASE + 4 * POLL);
  const [first] = await readings(stuckKey);
  const done = await timeOf(stuckKey);
  t.that(done !== undefined && done - first!.time <= within * 1000, {
    expected: `somebody else does ${stuckKey} at most ${within} s after it was begun`,
    seen: done === undefined ? 'nobody has' : `it was done ${(done - first!.time) / 1000} s after that`,
    cause:
      'The lease was extended for as long as the worker lived, though it had not got on for longer than a file may take.',
    hint: 2,
  });
  const outcome = await f.outcome(stuckKey);
  const left = await f.untilEnded(ids, stuckFor);
  t.did(`waited until the one that was stuck had gone on, ${stuckFor} s after it began`);
  t.equal(await f.outcome(stuckKey), outcome, {
    what: `what came of ${stuckKey}`,
    cause: 'Who came late has changed what was there.',
    hint: 2,
  });
  const often = (await f.results()).length;
  t.that(often === 2, {
    expected: 'each of the two files is committed once',
    seen: `${often} commits`,
  });
  t.equal(left, [], {
    what: 'the workers that have not ended, though all files are done',
    cause: 'Who was stuck goes on as if nothing had happened, or fails; it is done when all files are.',
    hint: 3,
  });
});

check('poison', async (t) => {
  const f = await fleet(t, { ...terms, mostAttempts: 1 });
  const seconds = t.seeded.integer(1, 3);
  const [before, poison, after, wreck, last] = Array.from({ length: 5 }, () => keyOf(t));
  const pages = t.seeded.integer(2, 40);
  const good = [
    await f.document(before!, plain(pages), seconds),
    await f.document(after!, plain(pages + 1), seconds),
    await f.document(last!, plain(pages + 2), seconds),
  ];
  const bad = await f.document(poison!, plain(1), seconds);
  const unreadable = await f.document(
    wreck!,
    t.seeded.pick([encrypted(pages), Buffer.from('<!doctype html>')]),
    seconds,
  );
  await f.plan([
    [good[0]!, bad, good[1]!],
    [unreadable, good[2]!],
  ]);
  const fault = await f.kill({ operation: 'GetObject', resource: f.at(poison!) }, 'after');
  const ids = await f.launch();
  t.did(
    `launched two workers for ${good.length} documents, one that no library reads, and ${poison}, which kills every worker that reads it (MOST_ATTEMPTS is 1)`,
  );
  await f.untilEnded(ids, AROUND + 8 * seconds + LEASE + 2 * POLL);
  const killed = await f.killed(fault);
  t.that(killed.length === 1, {
    expected: 'one worker dies of it',
    seen: killed.length === 0 ? 'nobody has read it' : 'both did',
    cause: 'How often it was begun was counted too late, or by somebody who died with it; or each counts for itself.',
    hint: 2,
  });
  const outcomes = new Map<string, unknown>();
  for (const key of [before, poison, after, wreck, last]) outcomes.set(key!, await f.outcome(key!));
  const what = (key: string) => {
    const one = outcomes.get(key) as { pages?: unknown; reason?: unknown } | string;
    if (typeof one === 'string') return 'nothing';
    return 'pages' in one ? one.pages : typeof one.reason === 'string' && one.reason !== '' ? 'put aside' : one;
  };
  t.equal(
    { [before!]: what(before!), [after!]: what(after!), [last!]: what(last!) },
    { [before!]: pages, [after!]: pages + 1, [last!]: pages + 2 },
    {
      what: 'what came of the good ones',
      cause: 'A bad file has cost the others of its bunch, or their worker.',
      hint: 1,
    },
  );
  t.equal(
    { [wreck!]: what(wreck!), [poison!]: what(poison!) },
    { [wreck!]: 'put aside', [poison!]: 'put aside' },
    {
      what: 'what came of the bad ones',
      cause:
        'Who cannot read a file has to say so where it would say its pages, or everybody comes back to it for ever.',
      hint: 2,
    },
  );
  const [read, ...again] = (await f.readings()).filter(({ key }) => key === wreck);
  const aside = (await f.results()).find(({ key }) => key === wreck);
  const took = (aside!.time - read!.time) / 1000;
  t.that(again.length === 0 && took <= seconds + 1, {
    expected: `${wreck}, which takes ${seconds} s to read, is read once and put aside at once: no further attempt would make it readable`,
    seen: `it was read ${again.length + 1} times, and put aside ${took} s after the first time`,
    cause: 'What cannot be read was taken for what could not be read this time.',
    hint: 2,
  });
});
