import { PutObjectCommand } from '@aws-sdk/client-s3';
import { numberOf, setting } from './settings.ts';
import { is, list, readJson, s3 } from './store.ts';
import type { Bunch, File, Plan } from './types.ts';

/** Bunches in a worker's share of the work. */
const IN_A_SHARE = 0.7;

export async function planned(): Promise<Plan> {
  const key = `${setting('RUN')}/plan.json`;
  const known = await readJson<Plan>(key);
  if (known) return known.value;
  const files = (await list(setting('INBOX'))).filter((file) => file.key.endsWith('.pdf'));
  const plan = { bunches: bunchesOf(files, numberOf('WORKERS')) };
  try {
    const Body = JSON.stringify(plan);
    await s3.send(new PutObjectCommand({ Bucket: setting('BUCKET'), Key: key, Body, IfNoneMatch: '*' }));
    return plan;
  } catch (error) {
    if (!is(error, 'PreconditionFailed')) throw error;
    return (await readJson<Plan>(key))!.value;
  }
}

// #region bunches
/** The largest files first; small ones share a bunch, and fill the gaps at the end. */
function bunchesOf(files: readonly File[], workers: number): Bunch[] {
  const most = files.reduce((sum, { size }) => sum + size, 0) / workers / IN_A_SHARE;
  const bunches: File[][] = [];
  let room = 0;
  for (const file of files.toSorted((one, other) => other.size - one.size)) {
    if (bunches.length === 0 || file.size > room) {
      bunches.push([]);
      room = most;
    }
    bunches.at(-1)!.push(file);
    room -= file.size;
  }
  return bunches.map((bunch, index) => ({ id: String(index), files: bunch }));
}
// #endregion bunches
