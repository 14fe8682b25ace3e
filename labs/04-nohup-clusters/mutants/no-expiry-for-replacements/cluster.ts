/** Step 4.2: launching instances. Reference answer: EC2 knows by the token that it is the same launch. */
import { createHash } from 'node:crypto';
import { EC2Client, EC2ServiceException, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { userData } from './bootstrap.ts';
import { numberOf, setting, variablesFor } from './settings.ts';
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

// #region start
/** A launch whose instances are gone has used up its token; everybody comes to the same next one. */
export async function start(wanted: Wanted): Promise<string[]> {
  for (let attempt = 0; ; attempt++) {
    try {
      const launched = await launch(wanted, attempt);
      if (launched.length > 0) return launched;
    } catch (error) {
      if (!(error instanceof EC2ServiceException && error.name === 'IdempotentInstanceTerminated')) throw error;
    }
  }
}

/** Ids of what there is of this launch; none when all of it is on its way out. Everything in the request follows from the event. */
async function launch({ run, at, role, count, least, workers, inPlaceOf }: Wanted, attempt: number): Promise<string[]> {
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ClientToken: createHash('sha256')
        .update(JSON.stringify([setting('CLUSTER'), run, role, inPlaceOf ?? '', attempt]))
        .digest('hex'),
      ImageId: setting('IMAGE'),
      InstanceType: setting('TYPE') as 't3.micro',
      MinCount: least,
      MaxCount: count,
      IamInstanceProfile: { Name: setting('PROFILE') },
      InstanceInitiatedShutdownBehavior: 'terminate',
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
      UserData: Buffer.from(userData(variablesFor(run, role, workers))).toString('base64'),
      TagSpecifications: [
        { ResourceType: 'instance', Tags: tags({ run, role, ...(inPlaceOf ? {} : { expiresAt: expiry(at) }) }) },
      ],
    }),
  );
  const ending = Instances.every(({ State }) => State?.Name === 'shutting-down' || State?.Name === 'terminated');
  return ending ? [] : Instances.map(({ InstanceId }) => InstanceId!);
}
// #endregion

const expiry = (at: string): string => new Date(Date.parse(at) + numberOf('TTL_MINUTES') * 60_000).toISOString();

const tags = (values: Readonly<Record<string, string>>) =>
  Object.entries({ cluster: setting('CLUSTER'), ...values }).map(([Key, Value]) => ({ Key, Value }));
