/** For tests: a cloud with instances, started from scripts. */
import { readdirSync, readFileSync } from 'node:fs';
import {
  DescribeInstancesCommand,
  type EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { CloudOptions } from '../../cloud.ts';
import type { Statement } from '../../identity/policy.ts';
import { openTestCloud, type TestCloud } from '../../testing.ts';

export const IMAGE = 'ami-0123456789abcdef0';

export interface Ec2Bench extends Omit<TestCloud, 'ec2'> {
  readonly ec2: EC2Client;
  /** Moves the clock; seconds. */
  pass(seconds: number): Promise<void>;
  /** Launches one instance with a script, and lets it boot. */
  launch(script: string | undefined, more?: Partial<RunInstancesCommandInput>): Promise<string>;
  look(id: string): Promise<Instance>;
  console(id: string): Promise<string>;
  /** An instance profile with a role that may do this. */
  profile(name: string, ...statements: Statement[]): Promise<void>;
}

export async function openEc2Bench(options: Partial<CloudOptions> = {}): Promise<Ec2Bench> {
  const opened = await openTestCloud(options);
  const ec2 = await opened.ec2();
  const pass = (seconds: number) => opened.cloud.clock.advance(seconds * 1000);
  return {
    ...opened,
    ec2,
    pass,
    async launch(script, more = {}) {
      const { Instances } = await ec2.send(
        new RunInstancesCommand({
          ImageId: IMAGE,
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          ...(script === undefined ? {} : { UserData: base64(script) }),
          ...more,
        }),
      );
      await pass(3);
      return Instances![0]!.InstanceId!;
    },
    async look(id) {
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      return Reservations![0]!.Instances![0]!;
    },
    async console(id) {
      const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id }));
      return Buffer.from(Output ?? '', 'base64')
        .toString()
        .replaceAll('\r\n', '\n');
    },
    profile: (name, ...statements) => makeProfile(opened.iam, name, EC2, ...statements),
  };
}

export const EC2 = { Service: 'ec2.amazonaws.com' };

/** An instance profile with a role that trusts these principals and may do this. */
export async function makeProfile(
  iam: IAMClient,
  name: string,
  trusted: object,
  ...statements: Statement[]
): Promise<void> {
  const policy = (Statement: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const trust = { Effect: 'Allow', Principal: trusted, Action: 'sts:AssumeRole' };
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policy([trust]) }));
  if (statements.length > 0) {
    await iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'inline', PolicyDocument: policy(statements) }),
    );
  }
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** How many processes of this machine have a mark in their command line: counted from outside, by nobody's tree. */
export function countMarked(mark: string): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(mark) && Number(pid) !== process.pid;
    } catch {
      return false;
    }
  }).length;
}
