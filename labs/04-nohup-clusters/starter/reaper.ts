/**
 * Step 4.7: the reaper
 *
 * A function that a schedule starts, now and then. It ends what has outlived its time, whatever went wrong in the cluster; it knows nothing
 * of runs, and asks nobody there.
 *
 *   Answer       { "terminated": ["i-…"], "held": ["i-…"] }
 *   Environment  CLUSTER, TTL_MINUTES, MOST_HOLD_MINUTES
 *
 *   - Ours are instances whose tag `cluster` is CLUSTER, to the letter. Stopped ones cost money, too; terminated ones are gone.
 *   - An instance has outlived its time at the moment that its tag `expiresAt` says. Where that is missing or cannot be read, TTL_MINUTES
 *     after its launch.
 *   - Somebody who debugs puts the tag `holdUntil` on it, also an ISO time. That postpones the end until then, but at most by
 *     MOST_HOLD_MINUTES. What cannot be read holds nothing.
 *   - What cannot be terminated costs no other instance its end. The invocation fails then, at its end.
 */
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { setting } from './settings.ts';

const ec2 = new EC2Client();

export async function handler() {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'tag:cluster', Values: [setting('CLUSTER')] }] }),
  );
  // Your part: whose time is up?
  console.log(`${Reservations.length} launches of ${setting('CLUSTER')}`);
  const terminated: string[] = [];
  const held: string[] = [];
  return { terminated, held };
}
