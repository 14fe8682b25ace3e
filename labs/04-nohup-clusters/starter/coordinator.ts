/**
 * Step 4.10: the coordinator
 *
 * A program on an instance of its own. It sees to it that there is a plan, waits for the end of the work, and ends the run by finish().
 * It may be gone between any two lines, and another one is then started in its place: what it knows is in the store, or it knows
 * nothing.
 *
 *   - The work is at its end when all files of the plan are done, and no lease is held any more.
 *   - It looks every POLL_SECONDS, and says so by beat(…).
 *   - A run has one manifest, whoever wrote it. A coordinator that finds one goes on from there.
 *
 *   Environment  RUN, BUCKET, INBOX, CLUSTER, POLL_SECONDS, BEAT_SECONDS, GRACE_SECONDS
 */
import { finish } from './finish.ts';
import { planned } from './plan.ts';
import { setting } from './settings.ts';

const { bunches } = await planned();
console.log(`${bunches.length} bunches`);
// Your part: what has to be true first?
await finish({ run: setting('RUN') });
