/** Mirrors https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
import { isFifoName } from '../../sqs/names.ts';
import type { Queues } from '../../sqs/queues.ts';
import { asRole } from '../destination-rules.ts';
import { invalidParameter } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import { QueuePoller } from '../poll-queue.ts';
import type { LambdaFunction } from '../store.ts';
import { configureCommon, type Settings, type Source, unsupported } from './source.ts';

const OF_STREAMS = [
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'ParallelizationFactor',
  'TumblingWindowInSeconds',
] as const satisfies readonly (keyof Settings)[];

export const queueSource = (arn: string, queues: Queues): Source => ({
  arn,
  batchSize: 10,
  settings: ({ StartingPosition }) => {
    if (StartingPosition) throw invalidParameter('StartingPosition is not valid for SQS event sources.');
    return undefined;
  },
  configure: (mapping, input) => {
    for (const name of OF_STREAMS) if (input[name] != null) throw unsupported(name);
    const { OnFailure, OnSuccess } = input.DestinationConfig ?? {};
    if (OnFailure || OnSuccess) throw unsupported('DestinationConfig');
    configureCommon(mapping, input);
    if (isFifoName(arn) && mapping.window > 0) {
      throw invalidParameter('Batching window is not supported for FIFO queues');
    }
    // An empty configuration takes the limit away.
    if (input.ScalingConfig) mapping.maximumConcurrency = input.ScalingConfig.MaximumConcurrency;
    if (mapping.batchSize > 10 && mapping.window === 0) {
      throw invalidParameter(
        'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
      );
    }
  },
  assertUsable: (of, found) => assertUsable(of, found, arn, queues),
  taken: (functionName, id) =>
    `An event source mapping with SQS arn (" ${arn} ") and function (" ${functionName} ") already exists. Please update or delete the existing mapping with UUID ${id}`,
  describe: (mapping) => ({
    StateTransitionReason: 'USER_INITIATED',
    ...(mapping.maximumConcurrency === undefined
      ? {}
      : { ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency } }),
  }),
  poll: ({ core, store, invoker }, mapping) => new QueuePoller(core, queues, store, invoker, mapping),
});

/** The role must be able to read the queue, and the queue must hide messages for as long as the function may run. */
function assertUsable(of: Lambda, found: LambdaFunction, arn: string, queues: Queues): void {
  const queue = queues.find(arn);
  if (!queue) {
    throw invalidParameter(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    );
  }
  const { role, timeout } = found.latest.configuration;
  const principal = asRole(role);
  for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    try {
      of.core.identity.authorize({
        principal,
        action: `sqs:${action}`,
        resource: arn,
        resourceAccount: queue.accountId,
      });
    } catch {
      throw invalidParameter(`The function execution role does not have permissions to call ${action} on SQS`);
    }
  }
  const visibility = queue.number('VisibilityTimeout');
  if (visibility < timeout) {
    throw invalidParameter(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
    );
  }
}
