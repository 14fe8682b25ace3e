import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { beat } from './beat.ts';
import { done } from './commit.ts';
import { finish } from './finish.ts';
import { held } from './lease.ts';
import { planned } from './plan.ts';
import { numberOf, setting } from './settings.ts';

const { bunches } = await planned();
const keys = bunches.flatMap(({ files }) => files.map(({ key }) => key));

const ec2 = new EC2Client();

async function workers(): Promise<number> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'tag:run', Values: [setting('RUN')] },
        { Name: 'tag:role', Values: ['worker'] },
        { Name: 'instance-state-name', Values: ['pending', 'running'] },
      ],
    }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances).length;
}

// #region coordinator
for (;;) {
  const finished = await done();
  const open = keys.filter((key) => !finished.has(key)).length;
  // Who holds a lease has not stopped yet, whatever is done: a worker with its last words, or one that has died.
  if (open === 0 && (await held()).length === 0 && (await workers()) === 0) break;
  await beat(`${open} of ${keys.length} files are open`);
  await new Promise((resolve) => setTimeout(resolve, numberOf('POLL_SECONDS') * 1000));
}
await finish({ run: setting('RUN') });
// #endregion coordinator
