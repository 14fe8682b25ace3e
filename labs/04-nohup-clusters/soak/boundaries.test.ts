/**
 * One death, at every call: in the first run at the first call of all that the workers make, in the second run at the second, and so
 * on, until a run is over before its turn comes. Once each call is one that was not carried out, and once one that was not answered.
 */
import { check } from '#kit';
import { FILES, moments, run, WORKERS } from './crowd.ts';

for (const when of moments) {
  check(`boundaries-${when}`, async (t) => {
    let [boundary, readings, longest] = [1, 0, 0];
    for (; ; boundary++) {
      const ran = await t.anew(`${boundary}`, (one) => run(one, [{ nth: boundary, when }]));
      if (ran.dead === 0) break;
      readings += ran.readings;
      longest = Math.max(longest, ran.seconds);
    }
    const runs = boundary - 1;
    t.did(
      `${runs} runs of ${WORKERS} workers with ${FILES} files, a death in each ${when} another call: each file was committed once in each, with ${readings} readings of documents, ${runs * FILES} of which were necessary; the longest took ${longest} s`,
    );
    t.that(runs > FILES * WORKERS, { expected: 'a death at each of many calls', seen: `${runs} runs with a death` });
  });
}
