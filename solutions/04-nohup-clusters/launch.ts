/** Step 4.2: the launcher. Reference answer. */
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { start } from './cluster.ts';
import { setting } from './settings.ts';
import { is, s3 } from './store.ts';
import type { Run } from './types.ts';

const ec2 = new EC2Client();

// #region handler
export async function handler({ run, at, workers, least }: Run) {
  await keep({ run, at, workers, least });
  const [coordinator] = await start({ run, at, role: 'coordinator', count: 1, least: 1, workers });
  try {
    const ids = await start({ run, at, role: 'worker', count: workers, least, workers });
    return { run, coordinator: coordinator!, workers: ids };
  } catch (error) {
    // A coordinator without its workers would wait for ever.
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [coordinator!] }));
    throw error;
  }
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
