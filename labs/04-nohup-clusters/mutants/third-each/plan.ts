import { PutObjectCommand } from '@aws-sdk/client-s3';
import { numberOf, setting } from './settings.ts';
import { is, list, readJson, s3 } from './store.ts';
import type { Bunch, File, Plan } from './types.ts';

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
/** As many files for each. */
function bunchesOf(files: readonly File[], workers: number): Bunch[] {
  const each = Math.ceil(files.length / workers);
  return Array.from({ length: workers }, (_, index) => ({
    id: String(index),
    files: files.slice(index * each, (index + 1) * each),
  })).filter((bunch) => bunch.files.length > 0);
}
// #endregion bunches
