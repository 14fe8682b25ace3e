/** Instances that the graders of this lab launch and look at, and the programs that run on them. */
import {
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Check, PolicyStatement } from '../../../../workbook/kit/contract.ts';
import { put } from '../../../support/buckets.ts';

/** Any image will do: this cloud has one, with Node and the SDK. */
export const IMAGE = 'ami-0123456789abcdef0';
export const TYPE = 't3.micro';
/** Milliseconds from a launch to the first line of its user data. */
export const BOOT = 3000;

const SECOND = 1000;
/** Real milliseconds that a busy machine may take beside what its programs sleep, where seconds are real. */
const BUSY = 60 * SECOND;

export interface Profile {
  /** The instance profile's name, and its role's. */
  readonly name: string;
  readonly roleArn: string;
  /** Who makes the calls of its instances, as a fault's `principal` takes it. */
  readonly sessions: string;
}

/** Makes an instance profile with a role of its own that may do this. */
export async function profile(t: Check, prefix: string, policy: readonly PolicyStatement[]): Promise<Profile> {
  const { iam } = t.aws;
  const name = t.seeded.name(prefix);
  const document = (Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document([trust]) }),
  );
  if (policy.length > 0) {
    await iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'programs', PolicyDocument: document(policy) }),
    );
  }
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
  return { name, roleArn: Role!.Arn!, sessions: `arn:aws:sts::${t.accountId}:assumed-role/${name}/*` };
}

/** Keeps a program where start.mjs looks for it: `t.build('worker.ts')`, or a shell script that begins with `#!`. */
export const keepProgram = (t: Check, bucket: string, name: string, program: Uint8Array | string): Promise<void> =>
  put(t, bucket, `programs/${name}.mjs`, program);

/**
 * User data of the grader's own: exports the variables, has start.mjs in the home folder, and then runs these lines of shell, like
 * `node start.mjs worker` and `shutdown -h now`.
 */
export async function scriptOf(
  t: Check,
  variables: Readonly<Record<string, string | number>>,
  ...lines: readonly string[]
): Promise<string> {
  const exports = Object.entries({ AWS_REGION: 'us-east-1', ...variables }).map(
    ([name, value]) => `export ${name}='${String(value).replaceAll("'", "'\\''")}'`,
  );
  const [, start] = /START = `(.*)`;/s.exec(await t.read('start-program.ts'))!;
  // The text stands in a template: what is escaped there is not in the file.
  return ['#!/bin/bash', ...exports, `cat > start.mjs <<'END'\n${start!.replace(/\\(.)/g, '$1')}END`, ...lines].join(
    '\n',
  );
}

/** Launches instances that run this user data, and end for good when they shut themselves down. They boot when time moves on. */
export async function launch(
  t: Check,
  script: string,
  { profile, count = 1, tags = {}, ...more }: Launch = {},
): Promise<string[]> {
  const { Instances = [] } = await t.client(EC2Client).send(
    new RunInstancesCommand({
      ImageId: IMAGE,
      InstanceType: TYPE,
      MinCount: count,
      MaxCount: count,
      UserData: Buffer.from(script).toString('base64'),
      InstanceInitiatedShutdownBehavior: 'terminate',
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
      ...(profile ? { IamInstanceProfile: { Name: profile.name } } : {}),
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: Object.entries({ Name: t.seeded.name('instance'), ...tags }).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
      ...more,
    }),
  );
  return Instances.map(({ InstanceId }) => InstanceId!);
}

type Launch = Partial<RunInstancesCommandInput> & {
  readonly profile?: Profile;
  readonly count?: number;
  readonly tags?: Readonly<Record<string, string>>;
};

/** All instances of the check's account that EC2 still shows, those that have these tags. */
export async function instances(t: Check, tags: Readonly<Record<string, string>> = {}): Promise<Instance[]> {
  const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const { Reservations = [] } = await t.client(EC2Client).send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

export const tagOf = ({ Tags = [] }: Instance, key: string): string | undefined =>
  Tags.find(({ Key }) => Key === key)?.Value;

/** The states of these instances in their order. One that EC2 shows no more has been terminated for an hour. */
export async function states(t: Check, ids: readonly string[]): Promise<string[]> {
  const all = await instances(t);
  return ids.map((id) => all.find(({ InstanceId }) => InstanceId === id)?.State?.Name ?? 'terminated');
}

/** Ids of what is not terminated yet, of the whole account. */
export const alive = async (t: Check): Promise<string[]> =>
  (await instances(t)).filter(({ State }) => State?.Name !== 'terminated').map(({ InstanceId }) => InstanceId!);

/**
 * Moves time on, step by step, until it answers true, at most so many seconds. Resolves with whether it has. A long single move would
 * do as well for what is on the clock; in steps a grader does not wait longer than it takes. Where seconds are real, they are waited for,
 * and some more: programs take their time there.
 */
export async function until(
  t: Check,
  seconds: number,
  look: () => Promise<boolean>,
  step = Math.max(1, seconds / 20),
): Promise<boolean> {
  for (let gone = 0; gone < seconds; gone += step) {
    if (await look()) return true;
    const next = Math.min(step, seconds - gone) * SECOND;
    await t.clock.advance(next, { wall: gone + step < seconds ? next : next + BUSY, until: look });
  }
  return await look();
}

/** Moves time on by a second or so, which is waited for where it cannot be moved. */
export const pass = async (t: Check, milliseconds: number): Promise<void> => {
  await t.clock.advance(milliseconds, { wall: milliseconds });
};

/** Moves time on until all of these instances are in a state, at most so many seconds; resolves with their states then. */
export async function untilAll(
  t: Check,
  ids: readonly string[],
  state: string,
  seconds: number,
  step?: number,
): Promise<string[]> {
  let seen: string[] = [];
  await until(
    t,
    seconds,
    async () => {
      seen = await states(t, ids);
      return seen.every((one) => one === state);
    },
    step,
  );
  return seen;
}

/** The lines that an instance has printed: its user data's output and that of its programs, unless they have put it elsewhere. */
export async function consoleOf(t: Check, id: string): Promise<string[]> {
  const { Output = '' } = await t.client(EC2Client).send(new GetConsoleOutputCommand({ InstanceId: id }));
  const text = Buffer.from(Output, 'base64').toString('utf8');
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** Ends whatever is alive in the check's account, and lets it end: before a check begins anew within itself. */
export async function endAll(t: Check): Promise<void> {
  const InstanceIds = await alive(t);
  if (InstanceIds.length === 0) return;
  await t.client(EC2Client).send(new TerminateInstancesCommand({ InstanceIds }));
  await untilAll(t, InstanceIds, 'terminated', 10, 2);
}
