/**
 * Step 4.11: equal load
 *
 *   planned()   the plan of the run: which files are leased together, and in which order the bunches are to be claimed
 *
 *   - The plan is RUN/plan.json. Who finds none makes it from the PDFs in INBOX (their keys end in .pdf) and writes it. All of a run
 *     have the same one, the first that was written, whoever comes at the same moment or later, and whatever has arrived since.
 *   - WORKERS workers take the bunches one by one, each as soon as it is free. How long a file takes grows with its size, and sizes
 *     differ by a factor of a hundred. The last worker is to be done soon after the others: within 1.3 of what longest-first gives.
 *   - Each file is read once. An idle worker that does another's work again makes the run dearer, and hardly shorter.
 *   - A lease costs calls, so a bunch of one small file is dear: of calls that write to S3 or list, twelve for each file are enough.
 *
 *   Environment  RUN, BUCKET, INBOX, WORKERS
 */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { numberOf, setting } from './settings.ts';
import { list, readJson, s3 } from './store.ts';
import type { Plan } from './types.ts';

export async function planned(): Promise<Plan> {
  const key = `${setting('RUN')}/plan.json`;
  const known = await readJson<Plan>(key);
  if (known) return known.value;
  const files = (await list(setting('INBOX'))).filter((file) => file.key.endsWith('.pdf'));
  // Your part: an equal number each.
  const each = Math.ceil(files.length / numberOf('WORKERS'));
  const bunches = Array.from({ length: numberOf('WORKERS') }, (_, index) => ({
    id: String(index),
    files: files.slice(index * each, (index + 1) * each),
  })).filter((bunch) => bunch.files.length > 0);
  const plan = { bunches };
  await s3.send(new PutObjectCommand({ Bucket: setting('BUCKET'), Key: key, Body: JSON.stringify(plan) }));
  return plan;
}
