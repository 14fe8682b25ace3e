/**
 * What the batch operations share: rules on entries, and one entry's failure that leaves the others alone.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
 */
import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { AwsError } from '../../contract.ts';

const MOST_ENTRIES = 10;

/** Throws `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`, `BatchEntryIdsNotDistinct`. */
export function validateBatch<E extends { Id?: string | undefined }>(
  entries: readonly E[] | undefined,
  entry: string,
): readonly E[] {
  if (!entries?.length) {
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${entry} in the request.`, 400);
  }
  if (entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
      400,
    );
  }
  const seen = new Set<string>();
  for (const { Id = '' } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) {
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
        400,
      );
    }
    if (seen.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`, 400);
    seen.add(Id);
  }
  return entries;
}

/**
 * Does each entry by itself. An `AwsError` becomes the entry's failure, anything else is thrown on. An empty list is not in
 * AWS's answers.
 */
export function eachEntry<E extends { Id?: string | undefined }, S>(
  entries: readonly E[],
  act: (entry: E) => S,
): { Successful: (S & { Id: string })[] | undefined; Failed: BatchResultErrorEntry[] | undefined } {
  const Successful: (S & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    const Id = entry.Id!;
    try {
      Successful.push({ Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: error.status < 500, Code: error.code, Message: error.message });
    }
  }
  return { Successful: unlessEmpty(Successful), Failed: unlessEmpty(Failed) };
}

const unlessEmpty = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
