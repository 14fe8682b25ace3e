/**
 * Another way: nothing is compared. Whatever mappings the queue has are taken away, and when they are gone a new one is made.
 * Messages wait in the queue meanwhile.
 */
import { Lambda, type LambdaServiceException } from '@aws-sdk/client-lambda';
import { SQS } from '@aws-sdk/client-sqs';

const { NAME, BATCH, BATCH_SIZE, WINDOW_SECONDS, MAXIMUM_CONCURRENCY } = process.env;
const lambda = new Lambda({});
const sqs = new SQS({});

const { QueueUrl } = await sqs.getQueueUrl({ QueueName: NAME });
const queue = (await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })).Attributes!;
const { Configuration } = await lambda.getFunction({ FunctionName: BATCH });
const needed = Configuration!.Timeout! * 6 + Number(WINDOW_SECONDS);
const VisibilityTimeout = String(Math.max(needed, Number(queue.VisibilityTimeout)));
await sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout } });

for (let clear = false; !clear; ) {
  const { EventSourceMappings = [] } = await lambda.listEventSourceMappings({ EventSourceArn: queue.QueueArn });
  clear = EventSourceMappings.length === 0;
  for (const { UUID, State } of EventSourceMappings) {
    if (State === 'Enabled' || State === 'Disabled') await lambda.deleteEventSourceMapping({ UUID });
  }
  if (!clear) await pause();
}

const { UUID } = await create();
while ((await lambda.getEventSourceMapping({ UUID })).State !== 'Enabled') await pause();

async function create(): Promise<{ UUID?: string | undefined }> {
  const all = { EventSourceArn: queue.QueueArn, FunctionName: BATCH };
  try {
    return await lambda.createEventSourceMapping({
      ...all,
      BatchSize: Number(BATCH_SIZE),
      MaximumBatchingWindowInSeconds: Number(WINDOW_SECONDS),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: Number(MAXIMUM_CONCURRENCY) },
    });
  } catch (error) {
    // Made by an attempt whose answer was lost.
    if ((error as LambdaServiceException).name !== 'ResourceConflictException') throw error;
    return (await lambda.listEventSourceMappings(all)).EventSourceMappings![0]!;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}
