/** Mirrors https://docs.aws.amazon.com/sns/latest/api/API_Publish.html and https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
import { randomUUID } from 'node:crypto';
import type * as sns from '@aws-sdk/client-sns';
import { AwsError, type Operation } from '../../../contract.ts';
import { topicOf } from '../access.ts';
import type { Deliveries } from '../deliveries.ts';
import { invalidParameter, notBuilt } from '../errors.ts';
import { LARGEST, readMessage, sizeOf } from '../message.ts';
import type { Topics } from '../store.ts';

const MOST_ENTRIES = 10;
const LONGEST_ID = 80;

const batchError = (code: string, message: string): AwsError => new AwsError(code, message, 400);

export const publishOperations = (topics: Topics, deliveries: Deliveries) => {
  const publish: Operation<sns.PublishCommandInput, sns.PublishCommandOutput> = (input, call) => {
    if (input.PhoneNumber !== undefined) throw notBuilt('messages to phones are');
    const arn = input.TopicArn ?? input.TargetArn;
    if (arn === undefined) {
      throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
    }
    if (/^arn:aws:sns:[^:]+:\d{12}:endpoint\//.test(arn)) {
      throw invalidParameter('TargetArn Reason: No endpoint found for the target arn specified');
    }
    const topic = topicOf(topics, call, arn);
    if (sizeOf(input) > LARGEST) throw invalidParameter('Message too long');
    const message = readMessage(input, randomUUID(), 'messageAttributes');
    deliveries.publish(topic, message, call.traceId);
    return { MessageId: message.id };
  };

  /** One entry that is wrong fails the whole batch, as on AWS. */
  const publishBatch: Operation<sns.PublishBatchCommandInput, sns.PublishBatchCommandOutput> = (input, call) => {
    const topic = topicOf(topics, call, input.TopicArn, 'Publish');
    const entries = input.PublishBatchRequestEntries ?? [];
    checkEntries(entries);
    const messages = entries.map((entry, index) => ({
      Id: entry.Id!,
      message: readMessage(entry, randomUUID(), `publishBatchRequestEntries.${index + 1}.member.messageAttributes`),
    }));
    for (const { message } of messages) deliveries.publish(topic, message, call.traceId);
    return { Successful: messages.map(({ Id, message }) => ({ Id, MessageId: message.id })), Failed: [] };
  };

  return { Publish: publish, PublishBatch: publishBatch };
};

function checkEntries(entries: readonly sns.PublishBatchRequestEntry[]): void {
  if (entries.length === 0) throw batchError('EmptyBatchRequest', 'The batch request does not contain any entries.');
  if (entries.length > MOST_ENTRIES) {
    throw batchError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  const ids = entries.map(({ Id }) => Id ?? '');
  for (const id of ids) {
    if (id.length > LONGEST_ID) {
      throw batchError('InvalidBatchEntryId', `The Id of a batch entry in the batch request is too long: ${id}`);
    }
    if (!/^[\w-]+$/.test(id)) {
      throw batchError(
        'InvalidBatchEntryId',
        `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
      );
    }
  }
  if (new Set(ids).size < ids.length) {
    throw batchError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > LARGEST) {
    throw batchError('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.');
  }
}
