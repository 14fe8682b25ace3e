/**
 * Another way: it asks the queue as well. Something may have come after the last poll of an invocation that believed itself done, and
 * the alarm, still in ALARM, will not ring for it.
 */

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';
import type { Drained } from './types.ts';

const [lambda, sqs] = [new LambdaClient(), new SQSClient()];

export async function rearm(context: { invokedFunctionArn: string }, { drained, left }: Drained): Promise<void> {
  if (drained < 1) return;
  const visible = left || (await backlog()) > 0;
  if (!visible) return;
  const [FunctionName, Qualifier] = context.invokedFunctionArn.split(':').slice(6) as [string, string | undefined];
  await lambda.send(
    new InvokeCommand({ FunctionName, Qualifier, InvocationType: 'Event', Payload: '{"rearmed":true}' }),
  );
}

/** What has come since the last poll. Approximate, which is enough here: too many starts end at once, too few are swept. */
async function backlog(): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: await urlOf(process.env.QUEUE!),
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes!.ApproximateNumberOfMessages);
}
