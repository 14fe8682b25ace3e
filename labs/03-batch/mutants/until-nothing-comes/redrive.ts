/** Brings dead letters back to the queue, once what they died of is mended. */
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';

const sqs = new SQSClient();
const name = setting('NAME');
const [queue, dead] = [await urlOf(name), await urlOf(`${name}-dead`)];

/** Seconds for which a message that was received here is hidden. */
const HIDDEN = 30;

// What dies again while this runs came after it began. It is left alone, or the two would go round in a circle.
const began = Date.now();
let moved = 0;

for (let empty = 0; empty < 3; ) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: dead,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
      VisibilityTimeout: HIDDEN,
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  empty = Messages.length === 0 ? empty + 1 : 0;
  for (const { Body, ReceiptHandle, Attributes } of Messages) {
    if (Number(Attributes!.SentTimestamp) > began) continue;
    // In this order: a break in between leaves it in both queues, and a second result changes nothing.
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: Body! }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl: dead, ReceiptHandle: ReceiptHandle! }));
    moved++;
  }
}
console.log(`${name}: ${moved} dead letters are back in the queue`);

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: redrive.ts is told everything by its environment.`);
  return value;
}
