/** Plain: the mapping is looked for among those of the queue, changed whether it has to be or not, and made where there is none. */
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

const lambda = new LambdaClient({});
const sqs = new SQSClient({});

const functionName = process.env.BATCH!;
const window = Number(process.env.WINDOW_SECONDS);

const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: process.env.NAME }));
const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'VisibilityTimeout'] }),
);
const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: functionName }));

const seconds = 6 * Configuration!.Timeout! + window;
if (Number(Attributes!.VisibilityTimeout) < seconds) {
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(seconds) } }));
}

const settings = {
  FunctionName: functionName,
  Enabled: true,
  BatchSize: Number(process.env.BATCH_SIZE),
  MaximumBatchingWindowInSeconds: window,
  FunctionResponseTypes: ['ReportBatchItemFailures' as const],
  ScalingConfig: { MaximumConcurrency: Number(process.env.MAXIMUM_CONCURRENCY) },
};

let { EventSourceMappings: existing = [] } = await list();
while (existing.some((mapping) => mapping.State !== 'Enabled' && mapping.State !== 'Disabled')) {
  await sleep(500);
  ({ EventSourceMappings: existing = [] } = await list());
}

const [first, ...rest] = existing;
for (const mapping of rest) {
  await lambda.send(new DeleteEventSourceMappingCommand({ UUID: mapping.UUID }));
}
const { UUID } = first
  ? await lambda.send(new UpdateEventSourceMappingCommand({ UUID: first.UUID, ...settings }))
  : await lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn: Attributes!.QueueArn, ...settings }));

let state = 'unknown';
while (state !== 'Enabled') {
  await sleep(500);
  state = (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State!;
}
console.log(`${UUID} is enabled`);

function list() {
  return lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: Attributes!.QueueArn }));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
