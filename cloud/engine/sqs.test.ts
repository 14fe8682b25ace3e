import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  type CreateQueueCommandInput,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import { area, refused } from './engines.ts';

const queue = async (t: Bench, QueueName = 'q', Attributes?: CreateQueueCommandInput['Attributes']) =>
  (await t.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
const send = (t: Bench, QueueUrl: string, MessageBody: string) =>
  t.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (t: Bench, QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) =>
  (await t.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0, ...more }))).Messages ?? [];
/** More than a second's timeout or delay: LocalStack looks after its queues once a second. */
const LONG = 2500;
const attributes = async (t: Bench, QueueUrl: string) =>
  (await t.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes!;

area('SQS', (behaves) => {
  behaves('a received message is hidden, and gone once deleted', async (t) => {
    const url = await queue(t);
    await send(t, url, 'one');
    const [message] = await receive(t, url);
    expect([message!.Body, message!.MD5OfBody]).toEqual(['one', 'f97c5d29941bfb1b2fdab0874906ab82']);
    expect(await receive(t, url)).toEqual([]);
    await t.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle }));
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = await attributes(t, url);
    expect([ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible]).toEqual(['0', '0']);
  });

  behaves('it shows again after its visibility timeout, and counts how often it was received', async (t) => {
    const url = await queue(t, 'q', { VisibilityTimeout: '1' });
    await send(t, url, 'again');
    await receive(t, url);
    await t.pass(LONG);
    const [message] = await receive(t, url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(message?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  behaves('a visibility timeout of 0 gives it back at once', async (t) => {
    const url = await queue(t);
    await send(t, url, 'back');
    const [message] = await receive(t, url);
    const { ReceiptHandle } = message!;
    await t.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
    expect((await receive(t, url)).map(({ Body }) => Body)).toEqual(['back']);
  });

  behaves('what was received too often moves to the dead-letter queue', async (t) => {
    const dead = await queue(t, 'dead');
    const deadLetterTargetArn = (await attributes(t, dead)).QueueArn;
    const url = await queue(t, 'live', {
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
    });
    await send(t, url, 'poison');
    expect([(await receive(t, url)).length, (await receive(t, url)).length]).toEqual([1, 1]);
    expect(await receive(t, url)).toEqual([]);
    expect((await receive(t, dead)).map(({ Body }) => Body)).toEqual(['poison']);
  });

  behaves('a delayed message is counted and not given', async (t) => {
    const url = await queue(t);
    await t.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'later', DelaySeconds: 1 }));
    expect([(await receive(t, url)).length, (await attributes(t, url)).ApproximateNumberOfMessagesDelayed]).toEqual([
      0,
      '1',
    ]);
    await t.pass(LONG);
    expect((await receive(t, url)).length).toBe(1);
  });

  behaves(
    'a batch fails entry by entry',
    async (t) => {
      const url = await queue(t);
      const { Successful = [], Failed = [] } = await t.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: [
            { Id: 'good', MessageBody: 'good' },
            { Id: 'bad', MessageBody: 'bad', DelaySeconds: 901 },
          ],
        }),
      );
      expect([Successful.map(({ Id }) => Id), Failed.map(({ Id, SenderFault }) => [Id, SenderFault])]).toEqual([
        ['good'],
        [['bad', true]],
      ]);
    },
    { localstack: 'takes a delay of more than 15 minutes in a batch' },
  );

  behaves('two entries of one id are refused as a whole', async (t) => {
    const QueueUrl = await queue(t);
    const entry = { Id: 'same', MessageBody: 'x' };
    expect(await refused(t.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry, entry] })))).toBe(
      'BatchEntryIdsNotDistinct 400',
    );
  });

  behaves('a queue that is not there, and a name taken by another kind of queue', async (t) => {
    expect(await refused(t.sqs.send(new GetQueueUrlCommand({ QueueName: 'nothing' })))).toBe('QueueDoesNotExist 400');
    await queue(t, 'taken', { VisibilityTimeout: '10' });
    expect(await refused(queue(t, 'taken', { VisibilityTimeout: '20' }))).toBe('QueueNameExists 400');
  });

  behaves('a wrong receipt handle is named as such', async (t) => {
    const QueueUrl = await queue(t);
    expect(await refused(t.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'made-up' })))).toMatch(
      /^ReceiptHandleIsInvalid /,
    );
  });

  behaves('a second purge within a minute is refused', async (t) => {
    const QueueUrl = await queue(t);
    await t.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await refused(t.sqs.send(new PurgeQueueCommand({ QueueUrl })))).toBe('PurgeQueueInProgress 403');
  });

  behaves('a FIFO queue takes a message once, in order', async (t) => {
    const QueueUrl = await queue(t, 'q.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    for (const MessageBody of ['1', '1', '2']) {
      await t.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g' }));
    }
    const got = await receive(t, QueueUrl, { MaxNumberOfMessages: 10 });
    expect(got.map(({ Body }) => Body)).toEqual(['1', '2']);
  });
});
