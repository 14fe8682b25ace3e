/** Step 4.11: workers with the learner's worker.ts make a plan by the learner's plan.ts, and share what is in it. */
import { check } from '#kit';
import { put } from '../../support/buckets.ts';
import { plain, weighing } from '../../support/documents.ts';
import { BOOT } from './support/cluster.ts';
import { fleet } from './support/fleet.ts';

const SECOND = 1000;
/** Seconds around the work: from a launch to the first call, and from the last one to the end of the machine. */
const AROUND = 10;
const terms = { leaseSeconds: 45, fileSeconds: 120, pollSeconds: 5, mostAttempts: 3 };

check('equal', async (t) => {
  const f = await fleet(t, { ...terms, workers: 2 });
  const half = t.seeded.integer(4, 6);
  const seconds = t.seeded.integer(4, 6);
  const pages = t.seeded.integer(2, 9);
  const keys = Array.from({ length: 2 * half }, () => `${t.seeded.name('letter')}.pdf`);
  for (const key of keys) await f.document(key, plain(pages), seconds);
  const plan = `${f.bucket}/${f.run}/plan.json`;
  const slow = { service: 's3', effect: { kind: 'latency' as const, ms: 1500 } };
  await t.faults.add({ ...slow, operation: 'PutObject', resource: plan });
  await t.faults.add({ ...slow, operation: 'ListObjectsV2', resource: f.inbox, nth: 2 });
  const ids = await f.launch();
  await t.clock.advance(BOOT + SECOND / 2);
  const late = `${t.seeded.name('late')}.pdf`;
  await put(t, f.inbox, late, plain(pages));
  t.did(
    `launched two workers for ${keys.length} documents of one size, ${seconds} s each; no plan was there when they looked, and before the second one listed the documents another one, ${late}, had arrived`,
  );
  const left = await f.untilEnded(ids, (keys.length + 2) * seconds + AROUND);
  t.equal(left, [], {
    what: 'the workers that have not ended',
    cause: `They have no end, or fail. The last that they printed: ${await f.lastLines(ids)}`,
  });

  const plans = (await f.calls()).filter(
    ({ operation, resource, error }) => operation === 'PutObject' && resource === plan && !error,
  );
  t.equal(plans.length, 1, {
    what: 'how often plan.json was written',
    cause: 'Both found none and wrote their own. Who comes second takes the plan that is there by then.',
    hint: 3,
  });
  const readings = await f.readings();
  t.equal(readings.map(({ key }) => key).sort(), keys.toSorted(), {
    what: 'the documents that were read',
    cause: 'The two did not have the same plan. What has arrived since is not in it; and each file is read once.',
    hint: 3,
  });
  const shares = ids.map((id) => readings.filter(({ by }) => by === id).length);
  t.that(
    shares.every((share) => Math.abs(share - half) <= 1),
    {
      expected: `each of the two reads ${half} documents, or one more or less`,
      seen: `they read ${shares.join(' and ')}`,
      cause: 'The bunches are too large: who takes one more has that much more to do.',
      hint: 1,
    },
  );
});

/** Most calls for each file that write to S3 or list: a lease for each small file, and a look at everything for each lease, are dear. */
const MOST_CALLS = 12;
/** How much longer than longest-first it may take. */
const TOLERANCE = 1.3;

check('skewed', async (t) => {
  const workers = 3;
  const f = await fleet(t, { ...terms, workers });
  const some = (count: number, from: number, to: number) =>
    Array.from({ length: count }, () => t.seeded.integer(from, to));
  // Small ones have the first names, so that their order says nothing of what is to be done first.
  const weights = [...some(5, 1, 4), ...some(8, 20, 28), 100].sort((one, other) => one - other);
  const unit = t.seeded.integer(600, 900);
  /** Seconds for each byte. */
  const pace = t.seeded.integer(15, 30) / 100 / unit;
  const sizes: number[] = [];
  for (const [i, weight] of weights.entries()) {
    const bytes = weighing(weight * unit, t.seeded.integer(1, 4));
    sizes.push(bytes.length);
    await f.document(`${String(i).padStart(2, '0')}-${t.seeded.name('letter')}.pdf`, bytes, bytes.length * pace);
  }
  const bound = longestFirst(sizes, workers) * pace;
  const ids = await f.launch();
  const rounded = (seconds: number) => Number(seconds.toFixed(1));
  t.did(
    `launched ${workers} workers for ${weights.length} documents, which take from ${rounded(Math.min(...sizes) * pace)} s to ${rounded(Math.max(...sizes) * pace)} s, as their sizes are`,
  );
  const left = await f.untilEnded(ids, 3 * bound + AROUND);
  t.equal(left, [], {
    what: `the workers that have not ended ${rounded(3 * bound)} s later`,
    cause: `They have no end, or fail. The last that they printed: ${await f.lastLines(ids)}`,
  });
  const readings = await f.readings();
  t.that(readings.length === weights.length, {
    expected: `${weights.length} readings: each document once`,
    seen: `${readings.length}`,
    cause: 'Who had nothing to do did what another one was at; or what is done was done again.',
    hint: 3,
  });
  const results = await f.results();
  const took = (Math.max(...results.map(({ time }) => time)) - Math.min(...readings.map(({ time }) => time))) / SECOND;
  t.that(results.length === weights.length && took <= TOLERANCE * bound, {
    expected: `all ${weights.length} are done ${rounded(TOLERANCE * bound)} s after the first was begun; longest-first takes ${rounded(bound)} s`,
    seen: `${results.length} were done, and it took ${rounded(took)} s`,
    cause:
      'A large one was begun late, or what one worker had taken at once was too much: the others were idle meanwhile.',
    hint: 2,
  });
  const calls = (await f.calls()).filter(({ operation }) => operation === 'PutObject' || operation === 'ListObjectsV2');
  t.that(calls.length <= MOST_CALLS * weights.length, {
    expected: `${MOST_CALLS * weights.length} calls at most that write to S3 or list, ${MOST_CALLS} for each document`,
    seen: `${calls.length}`,
    cause: 'Small files have a lease each, or everything is looked at again and again.',
    hint: 2,
  });
});

/** What a scheduler gives that always hands the largest one that is left to whoever is free. */
function longestFirst(costs: readonly number[], workers: number): number {
  const loads = Array.from({ length: workers }, () => 0);
  for (const cost of costs.toSorted((one, other) => other - one)) loads[loads.indexOf(Math.min(...loads))]! += cost;
  return Math.max(...loads);
}
