/**
 * Step 4.8: leases on bunches of files (what is done with them is in commit.ts)
 *
 * Workers take their work: each takes a bunch that nobody has, for a while. Where and how leases are kept is yours to decide: in BUCKET
 * below RUN/state/, or in the table TABLE (DynamoDB, partition key `id`, a string). Both do one conditional write at a time.
 *
 *   claim(bunches, holder, seconds)   the first of these bunches that nobody has, for so many seconds; undefined when all are taken
 *   extend(lease, seconds)            so many seconds from now; undefined when the lease is not one's own any more
 *   release(lease)                    hands it back: at once it can be claimed again. What is not one's own stays as it is.
 *   held()                            the bunches that somebody has at this moment
 *
 *   - A bunch has one holder at a time. Each holder has a token that is one greater than that of the one before; the first is 1.
 *   - A lease ends by itself when its time is up. That its holder has stopped then, nobody knows.
 *   - The SDK repeats a call whose answer got lost. Then it may be told that somebody has just written here: themselves. No bunch is lost
 *     by that until a lease runs out, and none has two holders.
 *
 * All machines have the same time to within much less than a second.
 */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setting } from './settings.ts';
import { readJson, s3 } from './store.ts';
import type { Lease } from './types.ts';

const keyOf = (bunch: string): string => `${setting('RUN')}/state/leases/${encodeURIComponent(bunch)}.json`;

export async function claim(bunches: readonly string[], holder: string, seconds: number): Promise<Lease | undefined> {
  for (const bunch of bunches) {
    const before = await readJson<Lease>(keyOf(bunch));
    if (before && before.value.until > Date.now()) continue;
    // Your part: how long is it since we looked?
    const lease = { bunch, token: (before?.value.token ?? 0) + 1, until: Date.now() + seconds * 1000 };
    await write(lease, holder);
    return lease;
  }
  return undefined;
}

export async function extend(lease: Lease, seconds: number): Promise<Lease | undefined> {
  const longer = { ...lease, until: Date.now() + seconds * 1000 };
  await write(longer, 'the same');
  return longer;
}

export async function release(lease: Lease): Promise<void> {
  await write({ ...lease, until: 0 }, 'nobody');
}

export async function held(): Promise<string[]> {
  return [];
}

async function write(lease: Lease, holder: string): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('BUCKET'),
      Key: keyOf(lease.bunch),
      Body: JSON.stringify({ ...lease, holder }),
    }),
  );
}
