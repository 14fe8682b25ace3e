/**
 * Deaths that are drawn: two of three workers, at about the same moment or one after the other; and the coordinator, in every other
 * run with a worker. A run without any death says between which calls there is to choose.
 */
import { check, type Seeded } from '#kit';
import { type Death, FILES, moments, run, WORKERS } from './crowd.ts';
import { led } from './led.ts';

/** Runs in which all have died that were to. */
const RUNS = 200;
/** A run may be over before a death's turn comes: it has to go well, and does not count. */
const MOST = 2 * RUNS;
/** Calls between two deaths at about the same moment. */
const TOGETHER = 3;

const drawn = ({ integer, pick }: Seeded, from: number, to: number): Death => ({
  nth: integer(from, to),
  when: pick(moments),
});

check('two-kills', async (t) => {
  const { calls } = await t.anew('calm', (one) => run(one, []));
  let [runs, counted, together, readings, longest] = [0, 0, 0, 0, 0];
  while (counted < RUNS && runs < MOST) {
    runs++;
    const [ran, close] = await t.anew(`${runs}`, async (one) => {
      const first = drawn(one.seeded, 1, calls - 2 * TOGETHER);
      const isClose = one.seeded.pick([true, false]);
      const [from, to] = isClose ? [1, TOGETHER] : [TOGETHER + 1, calls - first.nth];
      return [await run(one, [first, drawn(one.seeded, first.nth + from, first.nth + to)]), isClose];
    });
    if (ran.dead < 2) continue;
    counted++;
    if (close) together++;
    readings += ran.readings;
    longest = Math.max(longest, ran.seconds);
  }
  t.did(
    `${runs} runs of ${WORKERS} workers with ${FILES} files; in ${counted} of them two died, in ${together} of these within ${TOGETHER} calls: each file was committed once in each, with ${readings} readings of documents, ${counted * FILES} of which were necessary; the longest took ${longest} s`,
  );
  t.that(counted === RUNS, { expected: `${RUNS} runs in which two die`, seen: `${counted} of ${runs}` });
});

check('coordinator-kills', async (t) => {
  const { calls } = await t.anew('calm', (one) => led(one, {}));
  let [runs, counted, both, instances] = [0, 0, 0, 0];
  while (counted < RUNS && runs < MOST) {
    runs++;
    const ran = await t.anew(`${runs}`, (one) => {
      const coordinator = drawn(one.seeded, 1, calls.coordinator);
      return led(one, runs % 2 === 0 ? { coordinator } : { coordinator, worker: drawn(one.seeded, 1, calls.worker) });
    });
    if (!ran.died.coordinator) continue;
    counted++;
    if (ran.died.worker) both++;
    instances += ran.instances;
  }
  t.did(
    `${runs} runs of a coordinator and ${WORKERS} workers with ${FILES} files; in ${counted} of them the coordinator died, in ${both} of these a worker, too: each file was committed once in each, there was one manifest, and all of the ${instances} instances had ended`,
  );
  t.that(counted === RUNS, { expected: `${RUNS} runs in which the coordinator dies`, seen: `${counted} of ${runs}` });
});
