/**
 * The soak of lab 4: three workers, twelve files, and one death. In the first run it comes at the first call of all that the workers
 * make, in the second run at the second, and so on, until a run is over before its turn comes.
 */
import { type Check, check } from '#kit';
import { plain } from '../../support/documents.ts';
import { endAll } from '../steps/support/cluster.ts';
import { type File, fleet } from '../steps/support/fleet.ts';

const WORKERS = 3;
const FILES = 12;
const terms = { workers: WORKERS, leaseSeconds: 15, fileSeconds: 60, pollSeconds: 5, mostAttempts: 4 };
/** Seconds in which all is over when nobody dies. */
const WORKING = 60;
/** Seconds after which it is over in any case: far more than it takes. */
const PATIENCE = 180;

for (const when of ['before', 'after'] as const) {
  check(`boundaries-${when}`, async (t) => {
    let [boundary, readings, longest] = [1, 0, 0];
    for (;;) {
      const run = await runWithDeath(t, boundary, when);
      if (!run) break;
      readings += run.readings;
      longest = Math.max(longest, run.seconds);
      boundary++;
    }
    const runs = boundary - 1;
    t.did(
      `${runs} runs of ${WORKERS} workers with ${FILES} files, a death in each ${when} another call: ${readings} readings of documents, ${runs * FILES} of which were necessary; the longest took ${longest} s`,
    );
    t.that(runs > FILES, { expected: 'a death at each of many calls', seen: `${runs} runs with a death` });
  });
}

/** One run. Undefined when it was over before the nth call. */
async function runWithDeath(
  t: Check,
  nth: number,
  when: 'before' | 'after',
): Promise<{ readings: number; seconds: number } | undefined> {
  const f = await fleet(t, terms);
  const files: File[] = [];
  for (let i = 0; i < FILES; i++) {
    files.push(await f.document(`${t.seeded.name('letter')}.pdf`, plain(i + 1), t.seeded.integer(1, 8)));
  }
  const fault = await f.killAt(nth, when);
  const ids = await f.launch();
  await f.untilEnded(ids, WORKING);
  const killed = await f.killed(fault);
  await f.untilEnded(
    ids.filter((id) => !killed.includes(id)),
    PATIENCE,
  );
  const [readings, results] = [await f.readings(), await f.results()];
  const at = `a worker dies ${when} call ${nth}`;
  t.equal(results.map(({ key }) => key).sort(), files.map(({ key }) => key).sort(), {
    what: `the files that were committed, when ${at}`,
  });
  t.that(readings.length <= FILES + killed.length, {
    expected: `${FILES + killed.length} readings of documents at most, when ${at}`,
    seen: `${readings.length}`,
  });
  for (const id of ids.filter((one) => !killed.includes(one))) {
    t.equal(await f.statusOf(id), '0', { what: `the exit status of a survivor, when ${at}` });
  }
  await f.mend();
  await endAll(t);
  if (killed.length === 0) return undefined;
  const times = [...readings, ...results].map(({ time }) => time);
  return { readings: readings.length, seconds: (Math.max(...times) - Math.min(...times)) / 1000 };
}
