import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { area, eventually, refused } from './engines.ts';

area('EventBridge', (behaves) => {
  behaves('an event goes to the targets of the rules whose pattern it matches', async (t) => {
    const { QueueUrl } = await t.sqs.send(new CreateQueueCommand({ QueueName: 'events' }));
    const { Attributes } = await t.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const Arn = Attributes!.QueueArn!;
    const may = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...may, Resource: Arn }] });
    await t.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const events = new EventBridgeClient(t.config);
    const EventPattern = JSON.stringify({ source: ['lab'], detail: { pages: [{ numeric: ['>', 10] }] } });
    await events.send(new PutRuleCommand({ Name: 'long', EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: 'long', Targets: [{ Id: 'queue', Arn }] }));
    const entry = (pages: number) => ({ Source: 'lab', DetailType: 'document', Detail: JSON.stringify({ pages }) });
    await events.send(new PutEventsCommand({ Entries: [entry(5), entry(15)] }));
    const [only, ...others] = await eventually(t, async () => {
      const { Messages } = await t.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      return Messages;
    });
    expect(others).toEqual([]);
    expect(JSON.parse(only!.Body!)).toMatchObject({
      source: 'lab',
      'detail-type': 'document',
      account: t.accountId,
      detail: { pages: 15 },
    });
  });
});

area('DynamoDB', (behaves) => {
  behaves('an item is written under its condition, or not at all', async (t) => {
    const client = new DynamoDBClient(t.config);
    await client.send(
      new CreateTableCommand({
        TableName: 'jobs',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    const put = (owner: string) =>
      client.send(
        new PutItemCommand({
          TableName: 'jobs',
          Item: { id: { S: 'one' }, owner: { S: owner } },
          ConditionExpression: 'attribute_not_exists(id)',
        }),
      );
    await eventually(t, () => put('first').catch(() => undefined));
    expect(await refused(put('second'))).toBe('ConditionalCheckFailedException 400');
    const { Item } = await client.send(new GetItemCommand({ TableName: 'jobs', Key: { id: { S: 'one' } } }));
    expect(Item?.owner).toEqual({ S: 'first' });
  });
});
