/** What the tests of EventBridge share. */
import * as eb from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Fault } from '../../contract.ts';
import { openTestCloud, type TestCloud, takeMessages } from '../../testing.ts';

export let opened: TestCloud;
/** The clients of an account that no other test has. */
export let aws: TestCloud;
export let region: string;
let accounts = 0;

/** Opens a cloud for the tests of a file. Each test has an account of its own. */
export function useCloud(): void {
  beforeAll(async () => {
    opened = await openTestCloud();
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    const accountId = String(400_000_000_000 + ++accounts);
    aws = { ...opened, ...opened.as(opened.cloud.identity.rootCredentials(accountId)), accountId };
    region = `us-east-1:${accountId}`;
  });
}

export const MINUTE = 60_000;
export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${name}`;
export const ruleArn = (name: string): string => `arn:aws:events:${region}:rule/${name}`;

/** A queue that takes messages from EventBridge. */
export async function queue(name: string, open = true, Attributes = {}): Promise<string> {
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  if (open) await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  return QueueUrl!;
}

/** Takes what is in a queue. */
export const messages = async (QueueUrl: string) =>
  (await takeMessages(aws.sqs, QueueUrl)).map(({ body, attributes }) => ({ body: JSON.parse(body), attributes }));

export async function rule(name: string, more: Partial<eb.PutRuleCommandInput>, ...targets: Partial<eb.Target>[]) {
  await aws.events.send(new eb.PutRuleCommand({ Name: name, ...more }));
  const Targets = targets.map((target, index) => ({ Id: `t${index}`, Arn: queueArn('inbox'), ...target }));
  if (targets.length > 0) await aws.events.send(new eb.PutTargetsCommand({ Rule: name, Targets }));
}

export const put = async (detail: object, more: Partial<eb.PutEventsRequestEntry> = {}) => {
  const Entries = [{ Source: 'shop', DetailType: 'Order', Detail: JSON.stringify(detail), ...more }];
  const answer = await aws.events.send(new eb.PutEventsCommand({ Entries }));
  await aws.cloud.clock.advance(0);
  return answer;
};

export const hops = (operation: string) =>
  aws.cloud.core.trace.entries(aws.accountId).filter((entry) => entry.kind === 'hop' && entry.operation === operation);

export const fault = (effect: Fault['effect'], more: Partial<Fault> = {}) =>
  aws.cloud.core.faults.add({
    id: 'f',
    accountId: aws.accountId,
    service: 'events',
    operation: 'InvokeTarget',
    effect,
    ...more,
  });

export const SHOP = { EventPattern: JSON.stringify({ source: ['shop'], detail: { total: [{ numeric: ['>', 10] }] } }) };
