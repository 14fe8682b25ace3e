/**
 * Step 4.2: launching instances (launch.ts says which; heal.ts comes here, too)
 *
 *   start(wanted)   launches `count` instances of a role, or as many as there is room for, but not fewer than `least`. Resolves with
 *                   their ids. Rejects when there is no room for `least`; then it has launched none.
 *
 *   Environment  IMAGE, TYPE, PROFILE (the instance profile's name), CLUSTER (the cluster's name), TTL_MINUTES, and what
 *                variablesFor hands on to the programs
 *
 *   Each instance
 *   - has the tags cluster, run, role and expiresAt: `at` and TTL_MINUTES, as ISO with milliseconds
 *   - finds these tags in its metadata, whose service asks for tokens
 *   - has the profile. No key and no secret is in its user data: who may look at an instance may read that.
 *   - ends for good when it shuts itself down
 *
 *   The same call once more launches nothing and has the same answer. EC2 can see to that: how does it know that it is the same?
 *   `inPlaceOf`, where it is given, is the instance that the new one replaces: for each dead one there is one replacement.
 */
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { userData } from './bootstrap.ts';
import { setting, variablesFor } from './settings.ts';
import type { Role } from './types.ts';

export interface Wanted {
  readonly run: string;
  /** The planned time of the run, as in its event. */
  readonly at: string;
  readonly role: Role;
  readonly count: number;
  readonly least: number;
  /** How many workers the run has when it is complete. */
  readonly workers: number;
  readonly inPlaceOf?: string;
}

const ec2 = new EC2Client();

export async function start({ run, role, count, workers }: Wanted): Promise<string[]> {
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: setting('IMAGE'),
      InstanceType: setting('TYPE') as 't3.micro',
      MinCount: count,
      MaxCount: count,
      UserData: Buffer.from(userData(variablesFor(run, role, workers))).toString('base64'),
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: `${run}-${role}` }] }],
    }),
  );
  return Instances.map(({ InstanceId }) => InstanceId!);
}
