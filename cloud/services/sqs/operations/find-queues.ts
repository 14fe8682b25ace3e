/** GetQueueUrl, ListQueues and ListDeadLetterSourceQueues: from names and relations to URLs. */
import type {
  GetQueueUrlCommandInput,
  GetQueueUrlCommandOutput,
  ListDeadLetterSourceQueuesCommandInput,
  ListDeadLetterSourceQueuesCommandOutput,
  ListQueuesCommandInput,
  ListQueuesCommandOutput,
} from '@aws-sdk/client-sqs';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { authorize, queueArn, queueByArn, queueOf, queueUrl } from '../access.ts';
import { assertWithin, missingParameter } from '../errors.ts';
import { QUEUE_NAME } from '../names.ts';
import type { Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';

const MOST_RESULTS = 1000;

export const getQueueUrl =
  (queues: Queues): Operation<GetQueueUrlCommandInput, GetQueueUrlCommandOutput> =>
  (input, call) => {
    if (!input.QueueName) throw missingParameter('QueueName');
    const owner = input.QueueOwnerAWSAccountId ?? call.accountId;
    const queue = queueByArn(queues, call, queueArn(call.region, owner, input.QueueName), 'GetQueueUrl');
    return { QueueUrl: queueUrl(call, queue) };
  };

/** Without MaxResults at most 1000 URLs and no token, as on AWS. */
export const listQueues =
  (queues: Queues): Operation<ListQueuesCommandInput, ListQueuesCommandOutput> =>
  (input, call) => {
    authorize(call, 'ListQueues', queueArn(call.region, call.accountId, '*'));
    const prefix = input.QueueNamePrefix ?? '';
    const all = queues.list(call.accountId, call.region).filter((queue) => queue.name.startsWith(prefix));
    const { page, NextToken } = paged(all, input);
    return {
      ...(page.length > 0 ? { QueueUrls: page.map((queue) => queueUrl(call, queue)) } : {}),
      ...(NextToken ? { NextToken } : {}),
    };
  };

export const listDeadLetterSourceQueues =
  (queues: Queues): Operation<ListDeadLetterSourceQueuesCommandInput, ListDeadLetterSourceQueuesCommandOutput> =>
  (input, call) => {
    const target = queueOf(queues, call, input.QueueUrl, 'ListDeadLetterSourceQueues');
    const { page, NextToken } = paged(sourcesOf(queues, call, target.arn), input);
    return { queueUrls: page.map((queue) => queueUrl(call, queue)), ...(NextToken ? { NextToken } : {}) };
  };

/** Queues of the caller's account whose dead letters go to `arn`. */
export const sourcesOf = (queues: Queues, call: Call, arn: string): Queue[] =>
  queues.list(call.accountId, call.region).filter((queue) => queue.redrive?.deadLetterTargetArn === arn);

function paged(
  all: readonly Queue[],
  { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { page: readonly Queue[]; NextToken?: string } {
  assertWithin(MaxResults, 'MaxResults', [1, MOST_RESULTS], `Must be between 1 and ${MOST_RESULTS}, if provided.`);
  if (NextToken !== undefined && MaxResults === undefined) throw missingParameter('MaxResults');
  const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64').toString();
  if (NextToken !== undefined && !QUEUE_NAME.test(after)) {
    throw new AwsError('InvalidParameterValue', 'Invalid or expired next token.', 400);
  }
  const rest = all.filter((queue) => queue.name > after);
  const page = rest.slice(0, MaxResults ?? MOST_RESULTS);
  const more = MaxResults !== undefined && rest.length > page.length;
  return { page, ...(more ? { NextToken: Buffer.from(page.at(-1)!.name).toString('base64') } : {}) };
}
