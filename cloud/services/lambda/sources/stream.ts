/** Mirrors https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html */
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError } from '../../../contract.ts';
import type { Stream } from '../../dynamodb/streams/stream.ts';
import type { Streams } from '../../dynamodb/streams/streams.ts';
import { asRole } from '../destination-rules.ts';
import { invalidParameter } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import type { StreamSettings } from '../mapping.ts';
import { StreamPoller } from '../poll-stream.ts';
import type { LambdaFunction } from '../store.ts';
import { configureCommon, type Settings, type Source, unsupported } from './source.ts';

/** Ages below are not taken, but for -1: none at all. */
const YOUNGEST = 60;
const DESTINATIONS: readonly string[] = ['sqs', 'sns', 's3'];
/** What Lambda does with a stream: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
const ACTIONS = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'];

export const streamSource = (arn: string, streams: Streams): Source => ({
  arn,
  batchSize: 100,
  settings: (input) => newSettings(arn, input),
  configure: (mapping, input) => {
    if (input.ScalingConfig) throw unsupported('ScalingConfig');
    configureCommon(mapping, input);
    configure(mapping.stream!, input);
  },
  assertUsable: (of, found, { stream: settings }) => {
    assertReadable(of, found, arn, streams.find(arn));
    const { onFailure } = settings!;
    if (onFailure !== undefined) of.destinations.assertDestinations(found, { onFailure });
  },
  taken: (functionName, id) =>
    `The event source arn (" ${arn} ") and function (" ${functionName} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${id}`,
  describe: ({ stream }) => describe(stream!),
  poll: ({ core, store, invoker }, mapping) => {
    const stream = streams.find(arn);
    return stream && new StreamPoller(core, streams, stream, store, invoker, mapping, mapping.stream!);
  },
});

function newSettings(arn: string, { StartingPosition }: lambda.CreateEventSourceMappingCommandInput): StreamSettings {
  if (!StartingPosition) {
    throw invalidParameter(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (StartingPosition === 'AT_TIMESTAMP') {
    throw invalidParameter(`Unsupported starting position for arn type: ${arn}`);
  }
  return {
    startingPosition: StartingPosition,
    retries: -1,
    maximumAge: -1,
    bisects: false,
    parallelization: 1,
    onFailure: undefined,
    progress: { next: undefined, undone: [], lastResult: 'No records processed' },
  };
}

function configure(settings: StreamSettings, input: Settings): void {
  const age = input.MaximumRecordAgeInSeconds ?? settings.maximumAge;
  if (age !== -1 && age < YOUNGEST) {
    throw invalidParameter(`Maximum record age in seconds must be -1 or at least ${YOUNGEST}`);
  }
  if (input.TumblingWindowInSeconds) {
    throw new AwsError('NotImplemented', 'Tumbling windows are not built in this cloud.', 501);
  }
  if (input.DestinationConfig?.OnSuccess) throw unsupported('DestinationConfig');
  settings.maximumAge = age;
  settings.retries = input.MaximumRetryAttempts ?? settings.retries;
  settings.bisects = input.BisectBatchOnFunctionError ?? settings.bisects;
  settings.parallelization = input.ParallelizationFactor ?? settings.parallelization;
  if (input.DestinationConfig) settings.onFailure = destinationOf(input.DestinationConfig);
}

/** An empty one takes it away. */
function destinationOf({ OnFailure }: lambda.DestinationConfig): string | undefined {
  const arn = OnFailure?.Destination || undefined;
  if (arn !== undefined && !DESTINATIONS.includes(arn.split(':')[2] ?? '')) {
    throw invalidParameter(
      `The provided destination config DestinationConfig(onSuccess=null, onFailure=OnFailure(destination=${arn})) is invalid.`,
    );
  }
  return arn;
}

function assertReadable(of: Lambda, found: LambdaFunction, arn: string, stream: Stream | undefined): void {
  const principal = asRole(found.latest.configuration.role);
  for (const action of ACTIONS) {
    try {
      of.core.identity.authorize({
        principal,
        action: `dynamodb:${action}`,
        resource: arn,
        resourceAccount: arn.split(':')[4]!,
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalidParameter(
        `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
      );
    }
  }
  if (!stream) throw invalidParameter(`Stream not found: ${arn}`);
}

const describe = (settings: StreamSettings): lambda.EventSourceMappingConfiguration => ({
  StateTransitionReason: 'User action',
  StartingPosition: settings.startingPosition,
  LastProcessingResult: settings.progress.lastResult,
  MaximumRetryAttempts: settings.retries,
  MaximumRecordAgeInSeconds: settings.maximumAge,
  BisectBatchOnFunctionError: settings.bisects,
  ParallelizationFactor: settings.parallelization,
  TumblingWindowInSeconds: 0,
  DestinationConfig: { OnFailure: settings.onFailure === undefined ? {} : { Destination: settings.onFailure } },
});
