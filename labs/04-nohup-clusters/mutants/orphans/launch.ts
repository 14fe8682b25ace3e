/** Step 4.2: the launcher. Reference answer. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { start } from './cluster.ts';
import { setting } from './settings.ts';
import { is, s3 } from './store.ts';
import type { Run } from './types.ts';

// #region handler
export async function handler({ run, at, workers, least }: Run) {
  await keep({ run, at, workers, least });
  const [coordinator] = await start({ run, at, role: 'coordinator', count: 1, least: 1, workers });
  const ids = await start({ run, at, role: 'worker', count: workers, least, workers });
  return { run, coordinator: coordinator!, workers: ids };
}
// #endregion

/** Whoever was first has said the same. */
async function keep(wanted: Run): Promise<void> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: setting('BUCKET'),
        Key: `${wanted.run}/run.json`,
        Body: JSON.stringify(wanted),
        IfNoneMatch: '*',
      }),
    );
  } catch (error) {
    if (!is(error, 'PreconditionFailed')) throw error;
  }
}
