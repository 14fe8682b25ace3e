/**
 * Step 4.9: the worker
 *
 * A program that runs on several instances at the same time, and on each of them may be gone between any two lines.
 *
 *   Plan    planned() of plan.ts: the bunches, in the order in which they are to be claimed
 *   Work    for each file of a leased bunch that is not done: attempt(file); read it from INBOX and count its pages; commit(file, pages)
 *   Done    is what done() says
 *
 *   - A file that is done is not read again. When a worker dies, the others do what it had not committed, and nothing else again.
 *   - A file may take longer than LEASE_SECONDS. As long as a worker gets on with it nobody takes it away: it extends its lease. But a
 *     file that takes longer than FILE_SECONDS is stuck, and who is stuck must not keep the lease alive.
 *   - A file that cannot be counted (Unreadable) is put aside at once, with the reason. So is one that has been begun more than
 *     MOST_ATTEMPTS times without being done: it is not read once more. Each costs no other file anything.
 *   - An error of S3 is no fault of the file: the lease is handed back, and the file is tried again later. Who tries it again itself
 *     does not count it again; another worker does, and MOST_ATTEMPTS leaves room for that.
 *   - When there is nothing to claim, the worker looks again after POLL_SECONDS. It ends, with exit code 0, when all files of the plan are
 *     done, and not before: a lease that another one holds now may be free soon.
 *   - beat(…) of beat.ts, whenever something has been done.
 *
 *   Environment  RUN, BUCKET, INBOX, LEASE_SECONDS, FILE_SECONDS, POLL_SECONDS, BEAT_SECONDS, MOST_ATTEMPTS
 */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { attempt } from './attempts.ts';
import { beat } from './beat.ts';
import { commit } from './commit.ts';
import { countPages } from './pages.ts';
import { planned } from './plan.ts';
import { setting } from './settings.ts';
import { s3 } from './store.ts';
import type { File } from './types.ts';

const { bunches } = await planned();

// Your part: this does everything, and so does each of the others.
for (const file of bunches.flatMap(({ files }) => files)) {
  const times = await attempt(file);
  console.log(`${file.key}, for the ${times}. time`);
  await commit(file, await pagesOf(file));
  await beat(file.key);
}

async function pagesOf({ key, eTag }: File): Promise<number> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: setting('INBOX'), Key: key, IfMatch: eTag }));
  return await countPages(await Body!.transformToByteArray());
}
