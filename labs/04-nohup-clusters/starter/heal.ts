/**
 * Step 4.10: what watches must not die with what it watches
 *
 * A function that a schedule starts every minute. It finds out who of a run is dead, and starts others in their place.
 *
 *   Event        { "run": "r-7" }
 *   Answer       { "replaced": [{ "dead": "i-…", "by": "i-…" }] }
 *   Environment  BUCKET, CLUSTER, STALE_SECONDS, and what cluster.ts needs
 *
 *   - What is wanted is in RUN/run.json: one coordinator, and so many workers. Without it there is nothing to heal.
 *   - That an instance is running says nothing of its program. Dead is who has given no sign of life for more than STALE_SECONDS: the
 *     `at` of RUN/beats/INSTANCE.json, or the instance's launch, whichever is later. Such an instance is terminated.
 *   - In the place of each instance that is dead or has ended there is one new one, started by start() with `inPlaceOf`: one, however
 *     often this function runs meanwhile, and however many of it.
 *   - Who is merely slow, or has just been launched, is left alone. So are other runs and other clusters.
 *   - Once there is a manifest, no worker is started any more. A coordinator is, as long as a worker is left that it has to end.
 *   - One that cannot be replaced (there may be no room) costs no other its replacement. The invocation fails then, at its end.
 */
import { readJson } from './store.ts';
import type { Run } from './types.ts';

export async function handler({ run }: { readonly run: string }) {
  const wanted = await readJson<Run>(`${run}/run.json`);
  console.log(`${run}: ${wanted?.value.workers ?? 'no'} workers are wanted`);
  // Your part.
  const replaced: { readonly dead: string; readonly by: string }[] = [];
  return { replaced };
}
