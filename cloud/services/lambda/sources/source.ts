/** What differs between the sources of event source mappings: queues and streams. */
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import type { Streams } from '../../dynamodb/streams/streams.ts';
import type { Queues } from '../../sqs/queues.ts';
import { invalidParameter } from '../errors.ts';
import { readFilters } from '../filter.ts';
import type { Lambda } from '../lambda.ts';
import type { Mapping, Poller, StreamSettings } from '../mapping.ts';
import type { LambdaFunction } from '../store.ts';
import { queueSource } from './queue.ts';
import { streamSource } from './stream.ts';

export interface Sources {
  readonly queues: Queues;
  readonly streams: Streams;
}

export type Settings = Pick<
  lambda.CreateEventSourceMappingCommandInput,
  | 'BatchSize'
  | 'MaximumBatchingWindowInSeconds'
  | 'FunctionResponseTypes'
  | 'ScalingConfig'
  | 'FilterCriteria'
  | 'DestinationConfig'
  | 'BisectBatchOnFunctionError'
  | 'MaximumRetryAttempts'
  | 'MaximumRecordAgeInSeconds'
  | 'ParallelizationFactor'
  | 'TumblingWindowInSeconds'
>;

export interface Source {
  readonly arn: string;
  /** Unless a mapping says otherwise. */
  readonly batchSize: number;
  /** What only streams have, for a new mapping. Throws `InvalidParameterValueException`. */
  settings(input: lambda.CreateEventSourceMappingCommandInput): StreamSettings | undefined;
  /** Throws `InvalidParameterValueException` for what this source does not take. */
  configure(mapping: Mapping, input: Settings): void;
  /** Whether the function can be given what it reads there. Throws `InvalidParameterValueException`. */
  assertUsable(of: Lambda, found: LambdaFunction, mapping: Mapping): void;
  /** What is said of a second mapping of the same function. */
  taken(functionName: string, id: string): string;
  describe(mapping: Mapping): lambda.EventSourceMappingConfiguration;
  /** Begins to read; nothing where there is nothing to be read any more. */
  poll(of: Lambda, mapping: Mapping): Poller | undefined;
}

/** The source that a new mapping names. Throws `InvalidParameterValueException`, and `NotImplemented` for other kinds. */
export function sourceOf(input: lambda.CreateEventSourceMappingCommandInput, sources: Sources): Source {
  const arn = input.EventSourceArn;
  if (arn?.startsWith('arn:aws:sqs:') || isStream(arn)) return sourceFor(arn!, sources);
  if (arn === undefined && !input.SelfManagedEventSource) throw invalidParameter('Unrecognized event source.');
  throw new AwsError(
    'NotImplemented',
    'Event source mappings of this cloud read from SQS queues and from streams of DynamoDB.',
    501,
  );
}

export const sourceFor = (arn: string, { queues, streams }: Sources): Source =>
  isStream(arn) ? streamSource(arn, streams) : queueSource(arn, queues);

const isStream = (arn: string | undefined): boolean => /^arn:aws:dynamodb:[^/]+:table\/[^/]+\/stream\//.test(arn ?? '');

export function checkSettings(input: Settings & { readonly StartingPosition?: string | undefined }): void {
  new Constraints()
    .check(input.BatchSize, 'batchSize', { range: [1, 10_000] })
    .check(input.MaximumBatchingWindowInSeconds, 'maximumBatchingWindowInSeconds', { range: [0, 300] })
    .check(input.ScalingConfig?.MaximumConcurrency, 'scalingConfig.maximumConcurrency', { range: [2, 1000] })
    .check(input.ParallelizationFactor, 'parallelizationFactor', { range: [1, 10] })
    .check(input.MaximumRetryAttempts, 'maximumRetryAttempts', { range: [-1, 10_000] })
    .check(input.MaximumRecordAgeInSeconds, 'maximumRecordAgeInSeconds', { range: [-1, 604_800] })
    .check(input.TumblingWindowInSeconds, 'tumblingWindowInSeconds', { range: [0, 900] })
    .check(input.StartingPosition, 'startingPosition', { oneOf: ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'] })
    .enforce();
}

/** What all sources take. */
export function configureCommon(mapping: Mapping, input: Settings): void {
  if (input.FilterCriteria) mapping.filters = readFilters(input.FilterCriteria);
  mapping.batchSize = input.BatchSize ?? mapping.batchSize;
  mapping.window = (input.MaximumBatchingWindowInSeconds ?? mapping.window / 1000) * 1000;
  mapping.partialFailures = input.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? mapping.partialFailures;
}

export const unsupported = (parameter: string): AwsError =>
  invalidParameter(`Unsupported ${parameter} parameter for given event source mapping type.`);
