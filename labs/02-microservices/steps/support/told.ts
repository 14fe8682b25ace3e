/** The feed with all that carries its news away: the table's stream, publish.ts behind it, and the queue. */
import { DeleteItemCommand, DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Check, Deployed, PolicyStatement } from '../../../../workbook/kit/contract.ts';
import { items } from '../../../support/tables.ts';
import { atOf, type Change, changeIn } from './events.ts';
import { arnOf, ask, callsOf, deployFeed, principalOf, tables } from './network.ts';
import type { Person } from './story.ts';

const SECOND = 1000;
const ALL = 10;

/** Gives the table a stream of its changes, and answers the stream's ARN. */
export async function streamOf(t: Check, TableName: string): Promise<string> {
  const { TableDescription } = await t.client(DynamoDBClient).send(
    new UpdateTableCommand({
      TableName,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await t.clock.advance(SECOND);
  return TableDescription!.LatestStreamArn!;
}

/** What Lambda does with a stream in the name of the function behind it. */
export const readingOf = (stream: string): PolicyStatement => ({
  Effect: 'Allow',
  Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
  Resource: stream,
});

/** From now on Lambda brings the stream's changes to the function. */
export async function bring(t: Check, stream: string, { name }: Deployed): Promise<void> {
  await t.client(LambdaClient).send(
    new CreateEventSourceMappingCommand({
      FunctionName: name,
      EventSourceArn: stream,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
    }),
  );
}

export type Telling = Awaited<ReturnType<typeof telling>>;

export async function telling(t: Check, { user, account, name }: Person) {
  const at = await tables(t);
  const queue = t.seeded.name('events');
  const { QueueUrl } = await t.aws.sqs.send(new CreateQueueCommand({ QueueName: queue }));
  const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOf(t, 'queue', queue) } as const;
  const stream = await streamOf(t, at.FEED_TABLE);
  const environment = { ...at, EVENTS: QueueUrl! };
  const publish = await t.deploy('publish.ts', {
    environment,
    policy: [send, items(t, [at.FEED_TABLE]), readingOf(stream)],
  });
  await bring(t, stream, publish);
  const feed = await deployFeed(t, environment, t.seeded.name('no-such-chat'), {}, [
    items(t, [at.FEED_TABLE, at.NAMES]),
    send,
  ]);

  const events: string[] = [];
  /** The names that the person has had, by revision. */
  const names = new Map<number, string>();
  return {
    feed,
    user,
    names,
    table: at.FEED_TABLE,
    principal: principalOf(t, feed),
    /** How many calls the feed has made so far. */
    calls: async (): Promise<number> => (await callsOf(t, feed)).length,
    /** The profile as it is now; registers the person, where nobody has. */
    async profile(): Promise<Change> {
      return (await ask(t, feed, { op: 'register', user, account, name })) as Change;
    },
    /** The time of the change, in each event of a revision that was taken out of the queue. */
    moments: (revision: number): string[] =>
      events.flatMap((body) => {
        const change = changeIn(body);
        return typeof change !== 'string' && change.revision === revision ? [atOf(body)] : [];
      }),
    /** All events that have been sent so far, the new ones taken out of the queue. */
    async events(): Promise<(Change | string)[]> {
      for (;;) {
        const { Messages = [] } = await t.aws.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: ALL }),
        );
        if (Messages.length === 0) return events.map(changeIn);
        for (const { ReceiptHandle, Body } of Messages) {
          events.push(Body!);
          await t.aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    },
  };
}

/** Of each revision that there has been somebody was told, and of nothing else. */
export async function expectTold(t: Check, at: Telling, cause: string): Promise<void> {
  const told = (await at.events()).map((event) =>
    typeof event === 'string' ? event : `revision ${event.revision} of ${event.user}: ${event.name}`,
  );
  const wanted = [...at.names].map(([revision, name]) => `revision ${revision} of ${at.user}: ${name}`);
  t.equal([...new Set(told)].sort(), wanted.sort(), { what: 'the changes that there are events of', cause });
}

/** The events of these revisions bring the time of the change, which was between the two; DynamoDB counts in seconds. */
export async function expectMoments(
  t: Check,
  at: Telling,
  revisions: readonly number[],
  from: number,
  to: number,
): Promise<void> {
  const moments = revisions.flatMap(at.moments);
  const [first, last] = [from - SECOND, to + SECOND];
  t.that(
    moments.every((moment) => Date.parse(moment) >= first && Date.parse(moment) <= last),
    {
      expected: `at is the time of the change: between ${new Date(first).toISOString()} and ${new Date(last).toISOString()}`,
      seen: moments.join(', '),
      cause: 'It is the time at which the event was sent: after an outage that is long after the change.',
    },
  );
}

/** As somebody does who tidies up: the stream brings that, too. */
export async function removeRow(t: Check, TableName: string, { pk, sk }: { pk: string; sk: string }): Promise<void> {
  await t.client(DynamoDBClient).send(new DeleteItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: sk } } }));
}
