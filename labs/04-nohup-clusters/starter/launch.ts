/**
 * Step 4.2: the launcher (what one launch asks for is in cluster.ts)
 *
 * A function that launches a cluster and returns: one coordinator, and workers.
 *
 *   Event        { "run": "r-7", "at": "2027-03-01T02:30:00.000Z", "workers": 5, "least": 3 }
 *                `at` is the time for which the event was planned. It is the same however late and however often it is delivered.
 *   Answer       { "run": "r-7", "coordinator": "i-…", "workers": ["i-…", …] }, within ten seconds
 *   Environment  see cluster.ts; BUCKET: where RUN/run.json goes
 *
 *   - However often an event comes, one after the other or at the same moment, there is one cluster of the run, and each answer names it.
 *   - There may not be room for all workers. With `least` or more the run begins; with fewer nothing is left behind, and the invocation
 *     fails. So it does when there is no coordinator to be had. Lambda tries again later: then the whole cluster may come up.
 *   - RUN/run.json keeps { run, at, workers, least } as the event has them, written before anything is launched. It says what is wanted;
 *     heal.ts makes up what is missing.
 *   - It waits for no instance to be running.
 */
import { start } from './cluster.ts';
import type { Run } from './types.ts';

export async function handler({ run, at, workers, least }: Run) {
  // Your part: what if the second launch fails, and what if all of this happens twice?
  const [coordinator] = await start({ run, at, role: 'coordinator', count: 1, least: 1, workers });
  const ids = await start({ run, at, role: 'worker', count: workers, least, workers });
  return { run, coordinator: coordinator!, workers: ids };
}
