import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ResourceNotFoundException,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';

const sqs = new SQSClient();
const lambda = new LambdaClient();

const FunctionName = setting('BATCH');
const WindowSeconds = Number(setting('WINDOW_SECONDS'));
const { Timeout, FunctionArn } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));

const QueueUrl = await urlOf(setting('NAME'));
const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'VisibilityTimeout'] }),
);
const EventSourceArn = Attributes!.QueueArn!;

// #region visibility
// Messages are hidden from the moment Lambda receives them: while the window fills a batch, while the function runs, and while a
// function that is throttled is tried again. Before the mapping is made, which would receive with the shorter timeout.
const hidden = 6 * Timeout! + WindowSeconds;
if (Number(Attributes!.VisibilityTimeout) < hidden) {
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(hidden) } }));
}
// #endregion visibility

// #region mapping
const wanted = {
  FunctionName,
  BatchSize: Number(setting('BATCH_SIZE')),
  MaximumBatchingWindowInSeconds: WindowSeconds,
  ScalingConfig: { MaximumConcurrency: Number(setting('MAXIMUM_CONCURRENCY')) },
  Enabled: true,
};
// All of the queue, whichever function they name: two mappings would share its messages.
const [first, ...others] = (await Promise.all((await mappings()).map(settled))).filter((one) => one !== undefined);
for (const { UUID } of others) await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
if (!first) {
  await settled(await lambda.send(new CreateEventSourceMappingCommand({ ...wanted, EventSourceArn })));
} else if (differs(first)) {
  await settled(await lambda.send(new UpdateEventSourceMappingCommand({ ...wanted, UUID: first.UUID })));
}
// #endregion mapping
console.log(`${setting('NAME')} → ${FunctionName}, ${wanted.BatchSize} at most in ${WindowSeconds} s`);

async function mappings(): Promise<EventSourceMappingConfiguration[]> {
  const found: EventSourceMappingConfiguration[] = [];
  for (let Marker: string | undefined, page = 0; page === 0 || Marker; page++) {
    const answer = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn, Marker }));
    found.push(...(answer.EventSourceMappings ?? []));
    Marker = answer.NextMarker;
  }
  return found;
}

/** Lambda refuses changes while it is at work on a mapping. Undefined when it was at work on its end. */
async function settled({
  UUID,
}: EventSourceMappingConfiguration): Promise<EventSourceMappingConfiguration | undefined> {
  for (;;) {
    try {
      const mapping = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
      if (mapping.State === 'Enabled' || mapping.State === 'Disabled') return mapping;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function differs(mapping: EventSourceMappingConfiguration): boolean {
  return (
    mapping.FunctionArn !== FunctionArn ||
    mapping.BatchSize !== wanted.BatchSize ||
    mapping.MaximumBatchingWindowInSeconds !== wanted.MaximumBatchingWindowInSeconds ||
    mapping.ScalingConfig?.MaximumConcurrency !== wanted.ScalingConfig.MaximumConcurrency ||
    mapping.State !== 'Enabled'
  );
}

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: mapping.ts is told everything by its environment.`);
  return value;
}
