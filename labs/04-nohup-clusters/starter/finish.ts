/**
 * Step 4.7: the end, in order (reaper.ts is for when there is no order)
 *
 *   finish({ run })   ends a run whose files are all done. The coordinator calls it.
 *
 *   1. RUN/manifest.json says what came of it: { run, files, committed, quarantined, pages }, counted from the objects below
 *      RUN/done/. It is written once: one that is there stays.
 *   2. Workers see it and end by themselves, with their last lines. They have GRACE_SECONDS for that.
 *   3. Workers of the run that are still there then are terminated. When one cannot be, the others are all the same, and finish rejects.
 *   4. The coordinator is not terminated here: its program ends after this, and its instance with that.
 *
 *   - Without a manifest nobody is terminated.
 *   - Called again it completes what was left. Instances of other runs and other clusters are none of its business.
 *
 *   Environment  CLUSTER, BUCKET, GRACE_SECONDS. Instances have the tags cluster, run and role.
 */
import { setting } from './settings.ts';

export async function finish({ run }: { readonly run: string }): Promise<void> {
  // Here: who calls this has a long time to go, and EC2's client is the largest there is.
  const { DescribeInstancesCommand, EC2Client, TerminateInstancesCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = new EC2Client();
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'tag:cluster', Values: [setting('CLUSTER')] }] }),
  );
  const ids = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId!));
  console.log(`${run}: ${ids.length} instances`);
  // Your part: is this everybody's turn, and is it the first thing to do?
  if (ids.length > 0) await ec2.send(new TerminateInstancesCommand({ InstanceIds: ids }));
}
