/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
import type { Message, ReceiveMessageCommandInput, ReceiveMessageCommandOutput } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import { type MessageAttributes, md5OfAttributes, md5OfBody } from '../digest.ts';
import { assertWithin } from '../errors.ts';
import { assertId } from '../message.ts';
import type { Queues } from '../queues.ts';
import type { Received } from '../slot.ts';

/**
 * Receives up to ten messages and hides them. With `WaitTimeSeconds` (or the queue's `ReceiveMessageWaitTimeSeconds`)
 * it is a long poll: it waits for the first message, on the cloud's clock. Throws `OverLimit`.
 */
export const receiveMessage =
  (queues: Queues): Operation<ReceiveMessageCommandInput, ReceiveMessageCommandOutput> =>
  async (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'ReceiveMessage');
    if (queue.fifo) assertId(input.ReceiveRequestAttemptId, 'ReceiveRequestAttemptId');
    const { MaxNumberOfMessages: max, WaitTimeSeconds: wait, VisibilityTimeout: visibility } = input;
    assertWithin(max, 'MaxNumberOfMessages', [1, 10], 'Must be between 1 and 10, if provided.');
    assertWithin(wait, 'WaitTimeSeconds', [0, 20], 'Must be >= 0 and <= 20, if provided.');
    assertWithin(visibility, 'VisibilityTimeout', [0, 43_200], 'Must be between 0 and 43200, if provided.');
    const received = await call.wait(() =>
      queues.receive(queue, {
        max: max ?? 1,
        wait: (wait ?? queue.number('ReceiveMessageWaitTimeSeconds')) * 1000,
        signal: call.signal,
        attempt: input.ReceiveRequestAttemptId,
        ...(visibility === undefined ? {} : { visibility: visibility * 1000 }),
      }),
    );
    if (received.length === 0) {
      queues.meter.receivedNothing(queue);
      return {};
    }
    const system: readonly string[] = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    return { Messages: received.map((one) => describe(one, system, input.MessageAttributeNames ?? [])) };
  };

function describe({ message, handle }: Received, system: readonly string[], names: readonly string[]): Message {
  const attributes = pick(message.attributes, names);
  const md5 = md5OfAttributes(attributes);
  const wanted = Object.entries(systemAttributes(message)).filter(
    ([name]) => system.includes('All') || system.includes(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {}),
    ...(md5 ? { MD5OfMessageAttributes: md5, MessageAttributes: attributes } : {}),
  };
}

/** What SQS itself knows of a message. Timestamps in milliseconds since the epoch, as text. */
export function systemAttributes(message: Received['message']): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.traceHeader ? { AWSTraceHeader: message.traceHeader } : {}),
    ...(message.groupId ? { MessageGroupId: message.groupId } : {}),
    ...(message.deduplicationId ? { MessageDeduplicationId: message.deduplicationId } : {}),
    ...(message.sequenceNumber ? { SequenceNumber: message.sequenceNumber } : {}),
    ...(message.deadLetterSource ? { DeadLetterQueueSourceArn: message.deadLetterSource } : {}),
  };
}

/** Attributes by name, by `prefix.*`, or all (`All`, `.*`). */
function pick(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  if (names.includes('All')) return attributes;
  const wants = (name: string) =>
    names.some((wanted) => (wanted.endsWith('*') ? name.startsWith(wanted.replace(/\.?\*$/, '')) : name === wanted));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wants(name)));
}
