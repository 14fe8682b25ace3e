/** Step 4.2: which launch of its kind this is, EC2 is asked: those whose instances have all ended are counted. */
import { createHash } from 'node:crypto';
import { EC2Client, paginateDescribeInstances, RunInstancesCommand } from '@aws-sdk/client-ec2';
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

export async function start(wanted: Wanted): Promise<string[]> {
  const { run, at, role, count, least, workers } = wanted;
  const cluster = setting('CLUSTER');
  const expiresAt = new Date(Date.parse(at) + numberOf('TTL_MINUTES') * 60_000).toISOString();
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ClientToken: await tokenOf(wanted),
      ImageId: setting('IMAGE'),
      InstanceType: setting('TYPE') as 't3.micro',
      MinCount: least,
      MaxCount: count,
      IamInstanceProfile: { Name: setting('PROFILE') },
      InstanceInitiatedShutdownBehavior: 'terminate',
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
      UserData: Buffer.from(userData(variablesFor(run, role, workers))).toString('base64'),
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: Object.entries({ cluster, run, role, expiresAt }).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    }),
  );
  return Instances.map(({ InstanceId }) => InstanceId!);
}

/** Two that ask at the same moment see the same, and have the same token. */
async function tokenOf({ run, role, inPlaceOf }: Wanted): Promise<string> {
  const kind = createHash('sha256')
    .update(`${setting('CLUSTER')}\n${run}\n${role}\n${inPlaceOf}`)
    .digest('hex')
    .slice(0, 40);
  const over = new Map<string, boolean>();
  const Filters = [
    { Name: 'tag:run', Values: [run] },
    { Name: 'tag:role', Values: [role] },
  ];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters })) {
    for (const { ClientToken = '', State } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      const ended = State?.Name === 'shutting-down' || State?.Name === 'terminated';
      if (ClientToken.startsWith(kind)) over.set(ClientToken, ended && (over.get(ClientToken) ?? true));
    }
  }
  return `${kind}-${[...over.values()].filter(Boolean).length}`;
}
