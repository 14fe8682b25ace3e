import { GetObjectCommand } from '@aws-sdk/client-s3';
import { attempt } from './attempts.ts';
import { beat } from './beat.ts';
import { commit, done, quarantine } from './commit.ts';
import { Unreadable } from './errors.ts';
import { claim, release } from './lease.ts';
import { instanceId } from './metadata.ts';
import { countPages } from './pages.ts';
import { planned } from './plan.ts';
import { numberOf, setting } from './settings.ts';
import { s3 } from './store.ts';
import type { Bunch, File, Lease } from './types.ts';

const SECONDS = 1000;
const leaseSeconds = numberOf('LEASE_SECONDS');
/** Files that S3 did not hand out, which is no fault of theirs: their next attempt is counted already. */
const owed = new Set<string>();
const me = await instanceId();
const { bunches } = await planned();

// #region loop
for (;;) {
  const finished = await done();
  const open = bunches.filter(({ files }) => files.some(({ key }) => !finished.has(key)));
  if (open.length === 0) break;
  const ids = open.map(({ id }) => id);
  const lease = await claim(ids, me, leaseSeconds);
  await beat(lease ? `bunch ${lease.bunch}` : 'nothing to claim');
  // What others hold now may be free soon: they may die, too.
  if (!lease) await sleep(numberOf('POLL_SECONDS') * SECONDS);
  else if (!(await work(bunches.find(({ id }) => id === lease.bunch)!, lease))) {
    await sleep(numberOf('POLL_SECONDS') * SECONDS);
  }
}
console.log('all files are done');
// #endregion loop

/** Does what is not done of a bunch. False when something failed that may go better later. */
async function work({ files }: Bunch, first: Lease): Promise<boolean> {
  let lease: Lease | undefined = first;
  // The first holder of a bunch needs not ask: nobody has been at it before.
  const finished = first.token === 1 ? new Set<string>() : await done();
  try {
    for (const file of files) {
      if (finished.has(file.key)) continue;
      lease = await withLease(lease, countAndCommit(file));
      if (!lease) return true;
      await beat(file.key);
    }
    return true;
  } catch (error) {
    console.error(error);
    return false;
  } finally {
    if (lease) await release(lease);
  }
}

/** Waits for a file, but for no longer than it may take. */
async function withLease(lease: Lease, doing: Promise<void>): Promise<Lease | undefined> {
  let over = false;
  const settled = doing.finally(() => {
    over = true;
  });
  settled.catch(() => undefined);
  const until = Date.now() + numberOf('FILE_SECONDS') * SECONDS;
  while (!over) {
    await Promise.race([settled, sleep((leaseSeconds * SECONDS) / 3)]);
    if (over) break;
    if (Date.now() >= until) return undefined;
  }
  await settled;
  return lease;
}

async function countAndCommit(file: File): Promise<void> {
  if (!owed.delete(file.key) && (await attempt(file)) > numberOf('MOST_ATTEMPTS')) {
    await quarantine(file, `begun ${numberOf('MOST_ATTEMPTS')} times and never done`);
    return;
  }
  const bytes = await read(file);
  try {
    await commit(file, await pagesOf(bytes));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    await quarantine(file, error.message);
  }
}

async function read({ key, eTag }: File): Promise<Uint8Array> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: setting('INBOX'), Key: key, IfMatch: eTag }));
    return await Body!.transformToByteArray();
  } catch (error) {
    owed.add(key);
    throw error;
  }
}

async function pagesOf(bytes: Uint8Array): Promise<number> {
  try {
    return await countPages(bytes);
  } catch (error) {
    throw new Unreadable(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
