/** What the tests of EventBridge Scheduler share. */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import * as sch from '@aws-sdk/client-scheduler';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Fault } from '../../contract.ts';
import { openTestCloud, type TestCloud, takeMessages } from '../../testing.ts';

export let opened: TestCloud;
/** The clients of an account that no other test has. */
export let aws: TestCloud;
export let region: string;
export let role: string;
let accounts = 0;

/** Opens a cloud for the tests of a file. Each test has an account of its own. */
export function useCloud(): void {
  beforeAll(async () => {
    opened = await openTestCloud();
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    const accountId = String(300_000_000_000 + ++accounts);
    aws = { ...opened, ...opened.as(opened.cloud.identity.rootCredentials(accountId)), accountId };
    region = `us-east-1:${accountId}`;
    opened.cloud.clock.hold(Date.parse('2027-01-01T00:00:00Z'));
    role = await schedulerRole('scheduler', ['sqs:SendMessage', 'lambda:InvokeFunction']);
  });
}

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
export const document = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
export const trust = (more: object = {}): string =>
  document({ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole', ...more });
export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${name}`;
export const scheduleArn = (path: string): string => `arn:aws:scheduler:${region}:schedule/${path}`;

export async function schedulerRole(name: string, actions: readonly string[], more: object = {}): Promise<string> {
  const { Role } = await aws.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust(more) }));
  const policy = document({ Effect: 'Allow', Action: actions, Resource: '*' });
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument: policy }));
  return Role!.Arn!;
}

export async function queue(name: string): Promise<string> {
  const Attributes = { MessageRetentionPeriod: '1209600' };
  return (await aws.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl!;
}

/** Takes what is in a queue. */
export const messages = (QueueUrl: string) => takeMessages(aws.sqs, QueueUrl);

export type More = Omit<Partial<sch.CreateScheduleCommandInput>, 'Target'> & { Target?: Partial<sch.Target> };
export const definition = (more: More = {}): sch.CreateScheduleCommandInput => ({
  Name: 'one',
  ScheduleExpression: 'rate(5 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ...more,
  Target: { Arn: queueArn('inbox'), RoleArn: role, Input: 'hello', ...more.Target },
});
export const create = (more: More = {}) => aws.scheduler.send(new sch.CreateScheduleCommand(definition(more)));
export const update = (more: More = {}) => aws.scheduler.send(new sch.UpdateScheduleCommand(definition(more)));
export const get = (Name = 'one', GroupName?: string) =>
  aws.scheduler.send(new sch.GetScheduleCommand({ Name, ...(GroupName ? { GroupName } : {}) }));

export const hops = (operation: string) =>
  aws.cloud.core.trace.entries(aws.accountId).filter((entry) => entry.kind === 'hop' && entry.operation === operation);
export const firings = (): string[] =>
  hops('ScheduledEvent').map(({ detail }) => String(detail?.scheduledTime).slice(0, 16));
export const advance = (ms: number) => aws.cloud.clock.advance(ms);
export const fault = (effect: Fault['effect'], more: Partial<Fault> = {}) =>
  aws.cloud.core.faults.add({
    id: 'f',
    accountId: aws.accountId,
    service: 'scheduler',
    operation: 'InvokeTarget',
    effect,
    ...more,
  });
