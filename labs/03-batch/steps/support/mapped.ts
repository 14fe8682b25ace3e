/** A queue that S3 tells of documents and a function that a mapping is to invoke: what step 3.11 begins with. */
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, PurgeQueueCommand } from '@aws-sdk/client-sqs';
import type { Check, ScriptRun } from '#kit';
import { endsWell } from '../../../support/scripts.ts';
import { type Pipeline, pipeline, type Setup } from './pipeline.ts';

/** Its function is the learner's batch.ts, unless told. */
export type Mapped = Pipeline & { readonly arn: string; readonly url: string };

/** What mapping.ts is told. */
export interface Settings {
  readonly batchSize: number;
  readonly window: number;
  readonly concurrency: number;
}

/** A pipeline without alarm and sweep: each object in the inbox becomes a message, and nobody reads them. */
export async function mapped(t: Check, setup: Setup): Promise<Mapped> {
  const made = await pipeline(t, { file: 'batch.ts', ...setup });
  const { name, dead, inbox, maxReceives } = made;
  const arn = `arn:aws:sqs:us-east-1:${t.accountId}:${name}`;
  await t.aws.sqs.send(new CreateQueueCommand({ QueueName: dead }));
  const { QueueUrl } = await t.aws.sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${arn}-dead`, maxReceiveCount: maxReceives }),
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 's3.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arn,
              Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:s3:::${inbox}` } },
            },
          ],
        }),
      },
    }),
  );
  await t.aws.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: inbox,
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn: arn, Events: ['s3:ObjectCreated:*'] }] },
    }),
  );
  // S3's test event is no document.
  await t.aws.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  return { ...made, arn, url: QueueUrl! };
}

export const runMapping = (at: Mapped, settings: Settings): Promise<ScriptRun> =>
  at.run('mapping.ts', {
    BATCH: at.drain.name,
    BATCH_SIZE: String(settings.batchSize),
    WINDOW_SECONDS: String(settings.window),
    MAXIMUM_CONCURRENCY: String(settings.concurrency),
  });

/** Fails the check unless the script ended well. */
export function ended(t: Check, run: ScriptRun): void {
  const { error } = run;
  endsWell(t, 'mapping.ts', run, {
    ...(error?.type === 'ResourceConflictException'
      ? {
          cause: 'A mapping is made that is there already. What does an earlier run leave behind, and who asks for it?',
        }
      : error?.type === 'ResourceInUseException'
        ? { cause: 'Lambda was still at work on the change before. It says in which state a mapping is.', hint: 1 }
        : {}),
  });
}

/** The queue's mappings, and for how many seconds it hides messages. */
export async function found(t: Check, { arn, url }: Mapped) {
  const { EventSourceMappings = [] } = await t.aws.lambda.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: arn }),
  );
  const { Attributes } = await t.aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['VisibilityTimeout'] }),
  );
  return { mappings: EventSourceMappings, visibility: Number(Attributes!.VisibilityTimeout) };
}

/** One mapping, to this function, with these settings; and a queue that hides messages long enough. */
export async function expectMapping(
  t: Check,
  at: Mapped,
  { batchSize, window, concurrency }: Settings,
  timeout: number,
): Promise<void> {
  const { mappings, visibility } = await found(t, at);
  t.equal(
    mappings.map(({ FunctionArn, State }) => ({ function: FunctionArn?.split(':')[6], state: State })),
    [{ function: at.drain.name, state: 'Enabled' }],
    {
      what: 'the mappings of the queue',
      cause:
        mappings.length > 1
          ? 'A mapping of an earlier run is still there: it belongs to the queue, whichever function it names. Two of them share the messages.'
          : mappings.length === 0
            ? 'The script ended without an error before the mapping was made. Did it await every call?'
            : 'The mapping of an earlier run was left as it was, or the script ended while Lambda was still at work on it.',
      hint: 1,
    },
  );
  const [mapping] = mappings;
  t.equal(
    {
      BatchSize: mapping!.BatchSize,
      MaximumBatchingWindowInSeconds: mapping!.MaximumBatchingWindowInSeconds,
      MaximumConcurrency: mapping!.ScalingConfig?.MaximumConcurrency,
      FunctionResponseTypes: mapping!.FunctionResponseTypes,
    },
    {
      BatchSize: batchSize,
      MaximumBatchingWindowInSeconds: window,
      MaximumConcurrency: concurrency,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
    {
      what: 'the settings of the mapping',
      cause:
        'What a mapping is not told has a default: batches of ten, no window, as many at a time as Lambda likes, and answers that nobody reads.',
      hint: 2,
    },
  );
  t.that(visibility >= 6 * timeout + window, {
    expected: `the queue hides a message for at least ${6 * timeout + window} s: six times the time limit of ${timeout} s, and the window of ${window} s`,
    seen: `${visibility} s`,
    cause:
      'A message is hidden from the moment Lambda receives it: while the window fills, while the function runs, and while a throttled one is tried again. Who shows it earlier has it counted twice.',
    hint: 2,
  });
}
