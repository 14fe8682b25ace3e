import { EC2Client, type Instance, paginateDescribeInstances, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { numberOf, setting } from './settings.ts';

const MINUTE = 60_000;

const ec2 = new EC2Client();

// #region reaper
export async function handler() {
  const now = Date.now();
  const terminated: string[] = [];
  const held: string[] = [];
  const refused: string[] = [];
  for (const instance of await ours()) {
    const id = instance.InstanceId!;
    const end = endOf(instance);
    if (now < end) continue;
    if (now < holdOf(instance, end)) {
      held.push(id);
      continue;
    }
    try {
      // Each alone: a call for several is refused as a whole when one of them is protected.
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      terminated.push(id);
    } catch (error) {
      refused.push(`${id}: ${error}`);
    }
  }
  console.log(JSON.stringify({ terminated, held, refused }));
  if (refused.length > 0) throw new Error(`Not terminated: ${refused.join('; ')}`);
  return { terminated, held };
}

/** When its time is up, unless it is held. */
function endOf(instance: Instance): number {
  const end = Date.parse(tagOf(instance, 'expiresAt') ?? '');
  return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
}

/** Until when it is held. */
function holdOf(instance: Instance, end: number): number {
  const hold = Date.parse(tagOf(instance, 'holdUntil') ?? '');
  return Number.isNaN(hold) ? end : Math.min(hold, end + numberOf('MOST_HOLD_MINUTES') * MINUTE);
}
// #endregion reaper

/** All instances of the cluster that have not ended, nor begun to. */
async function ours(): Promise<Instance[]> {
  const cluster = setting('CLUSTER');
  const Filters = [
    { Name: 'tag:cluster', Values: [cluster] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
  ];
  const found: Instance[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters })) {
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  }
  // A filter takes `*` and `?` for wildcards.
  return found.filter((instance) => tagOf(instance, 'cluster') === cluster);
}

const tagOf = ({ Tags = [] }: Instance, name: string): string | undefined =>
  Tags.find(({ Key }) => Key === name)?.Value;
