/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
import type {
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageCommandInput,
  SendMessageCommandOutput,
} from '@aws-sdk/client-sqs';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import { LARGEST_MESSAGE } from '../attributes.ts';
import { eachEntry, validateBatch } from '../batch.ts';
import { md5OfAttributes, md5OfBody } from '../digest.ts';
import { invalidParameter } from '../errors.ts';
import { deduplicationIdOf, missingId } from '../fifo.ts';
import { type Draft, sizeOf, validateDraft } from '../message.ts';
import type { Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';

/** Sends one message. Throws `InvalidMessageContents`, `InvalidParameterValue` (too long, wrong attributes). */
export const sendMessage =
  (queues: Queues): Operation<SendMessageCommandInput, SendMessageCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'SendMessage');
    validateDraft(input, queue.attributes);
    assertSize(input, queue, 'One or more parameters are invalid.');
    return send(queues, queue, input, call);
  };

/** Sends up to ten messages, 1 MiB together; one that is refused is listed in `Failed` and leaves the others alone. */
export const sendMessageBatch =
  (queues: Queues): Operation<SendMessageBatchCommandInput, SendMessageBatchCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'SendMessage');
    const entries = validateBatch(input.Entries, 'SendMessageBatchRequestEntry');
    const total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (total > LARGEST_MESSAGE) {
      throw new AwsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${LARGEST_MESSAGE} bytes. You have sent ${total} bytes.`,
        400,
      );
    }
    // Recording test_send_batch_missing_message_group_id_for_fifo_queue: that fails the batch, and under this code.
    const missing = queue.fifo && entries.map((entry) => missingId(entry, queue.attributes)).find(Boolean);
    if (missing) throw invalidParameter(missing.message);
    return eachEntry(entries, (entry) => {
      validateDraft(entry, queue.attributes);
      assertSize(entry, queue, 'One or more parameters cannot be validated.');
      return send(queues, queue, entry, call);
    });
  };

/** Throws `InvalidParameterValue`. */
export function assertSize(draft: Parameters<typeof sizeOf>[0], queue: Queue, opening: string): void {
  const most = queue.number('MaximumMessageSize');
  if (sizeOf(draft) > most) throw invalidParameter(`${opening} Reason: Message must be shorter than ${most} bytes.`);
}

function send(queues: Queues, queue: Queue, draft: Draft, call: Call) {
  const trace = draft.MessageSystemAttributes?.AWSTraceHeader;
  const { id, sequenceNumber } = queues.send(queue, {
    body: draft.MessageBody!,
    attributes: draft.MessageAttributes ?? {},
    senderId: call.principal.userId,
    cause: call.traceId,
    ...(draft.DelaySeconds === undefined || queue.fifo ? {} : { delaySeconds: draft.DelaySeconds }),
    ...(trace?.StringValue ? { traceHeader: trace.StringValue } : {}),
    ...(draft.MessageGroupId === undefined ? {} : { groupId: draft.MessageGroupId }),
    ...(queue.fifo ? { deduplicationId: deduplicationIdOf(draft) } : {}),
  });
  const attributes = md5OfAttributes(draft.MessageAttributes);
  const system = md5OfAttributes(draft.MessageSystemAttributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5OfBody(draft.MessageBody!),
    ...(attributes ? { MD5OfMessageAttributes: attributes } : {}),
    ...(system ? { MD5OfMessageSystemAttributes: system } : {}),
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
  };
}
