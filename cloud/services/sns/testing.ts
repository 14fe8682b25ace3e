/** What the tests of SNS share. */
import * as api from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect } from 'vitest';
import { openTestCloud, type TestCloud, takeFrom } from '../../testing.ts';

export let t: TestCloud;
let count = 0;

/** Opens a cloud for the tests of a file. */
export function useCloud(): void {
  beforeAll(async () => {
    t = await openTestCloud();
  });
  afterAll(async () => {
    expect(t.cloud.internalErrors).toEqual([]);
    await t.close();
  });
}

export const fresh = (what: string): string => `${what}-${++count}`;

export async function topic(more: Partial<api.CreateTopicCommandInput> = {}): Promise<string> {
  return (await t.sns.send(new api.CreateTopicCommand({ Name: fresh('topic'), ...more }))).TopicArn!;
}

/** A queue that lets one topic send to it, where one is told. */
export async function queue(topicArn?: string): Promise<{ url: string; arn: string }> {
  const { QueueUrl: url = '' } = await t.sqs.send(new CreateQueueCommand({ QueueName: fresh('queue') }));
  const { Attributes } = await t.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  const arn = Attributes!.QueueArn!;
  if (topicArn) await admit(url, arn, topicArn);
  return { url, arn };
}

export async function admit(QueueUrl: string, Resource: string, topicArn: string): Promise<void> {
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await t.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
}

export async function subscribe(
  TopicArn: string,
  Endpoint: string,
  Attributes: Record<string, string> = {},
): Promise<string> {
  const Protocol = Endpoint.split(':')[2]!;
  const command = new api.SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true });
  return (await t.sns.send(command)).SubscriptionArn!;
}

/** A topic, and a queue that is subscribed to it. */
export async function pair(attributes: Record<string, string> = {}) {
  const topicArn = await topic();
  const { url, arn } = await queue(topicArn);
  return { topicArn, url, queueArn: arn, subscription: await subscribe(topicArn, arn, attributes) };
}

export const publish = (TopicArn: string, Message: string, more: Partial<api.PublishCommandInput> = {}) =>
  t.sns.send(new api.PublishCommand({ TopicArn, Message, ...more }));

/** Takes what is in a queue. */
export const take = (QueueUrl: string) => takeFrom(t.sqs, QueueUrl);

/** The texts of the notifications in a queue. */
export const texts = async (url: string): Promise<string[]> =>
  (await take(url)).map(({ Body }) => (JSON.parse(Body!) as { Message: string }).Message);
