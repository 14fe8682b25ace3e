/**
 * Both designs side by side on one clock: the alarm with sweep and the drain of the solution, and a mapping to the learner's batch.ts. Each document is uploaded to both; what became of it is read from the trace.
 */
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Check } from '#kit';
import { put } from '../../../support/buckets.ts';
import { plain } from '../../../support/documents.ts';
import { type Mapped, mapped } from './mapped.ts';
import { type Design, read } from './observed.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** MB that a function has here, as the kit gives it, and seconds that it may take. */
export const MEMORY = 512;
const TIMEOUT = 120;
/** Documents that are too few for the alarm. */
const FEW = 7;
/** Milliseconds that reading a document of the burst takes. */
const SLOW = 3000;

export interface Comparison {
  readonly alarm: Design;
  readonly mapping: Design;
  readonly threshold: number;
  readonly sweepMinutes: number;
  /** Milliseconds that a sweep ran which found nothing, and its calls of SQS. */
  readonly emptySweep: { readonly billed: number; readonly calls: number };
}

type Settings = Pick<
  CreateEventSourceMappingCommandInput,
  'BatchSize' | 'MaximumBatchingWindowInSeconds' | 'ScalingConfig'
>;

export async function compare(t: Check): Promise<Comparison> {
  const threshold = FEW + t.seeded.integer(1, 3);
  const sweepMinutes = t.seeded.integer(20, 30);
  const [alarm, mapping] = [await alarmSide(t, threshold, sweepMinutes), await mappingSide(t)];
  const upload = async (kind: string, count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const [key, bytes] = [`${t.seeded.name(kind)}.pdf`, plain(t.seeded.integer(1, 3))];
      for (const { inbox } of [alarm, mapping]) await put(t, inbox, key, bytes);
    }
  };
  const minutes = (count: number) => t.clock.advance(count * MINUTE);
  t.did(
    `ran both designs side by side on the same documents: an alarm at ${threshold} messages with a sweep every ${sweepMinutes} minutes, and a mapping`,
  );

  // A sweep that finds nothing, and then documents that are too few for the alarm until the next one comes.
  await minutes(sweepMinutes + 1);
  const every = t.seeded.integer(3, 5);
  await mapping.set({ BatchSize: 10, MaximumBatchingWindowInSeconds: t.seeded.integer(5, 20) });
  for (let n = 0; n < 2; n++) {
    await upload('trickle', 1);
    await minutes(every);
  }
  await minutes(sweepMinutes - 2 * every + 1);

  // Fewer than the threshold at first; the others follow when a window of a minute is long over.
  await mapping.set({ BatchSize: 100, MaximumBatchingWindowInSeconds: 60 });
  await upload('set', FEW);
  await minutes(2);
  await upload('set', threshold - FEW);
  await minutes(3);

  await mapping.set({ BatchSize: 1, MaximumBatchingWindowInSeconds: 0, ScalingConfig: { MaximumConcurrency: 2 } });
  for (const { inbox } of [alarm, mapping]) {
    await t.faults.add({
      service: 's3',
      operation: 'GetObject',
      resource: `${inbox}/burst-*`,
      effect: { kind: 'latency', ms: SLOW },
    });
  }
  await upload('burst', threshold);
  await minutes(4);

  const trace = await t.trace();
  const seen = {
    alarm: read(trace, alarm, ['trickle', 'set', 'burst']),
    mapping: read(trace, mapping, ['trickle', 'set', 'burst']),
  };
  const [sweep] = seen.alarm.invocations;
  if (!sweep) throw new Error('The sweep of the solution did not run.');
  return { ...seen, threshold, sweepMinutes, emptySweep: { billed: sweep.billed, calls: sweep.calls } };
}

/** What wire.ts and sweep.ts make, without their running: the scripts have steps of their own. */
async function alarmSide(t: Check, threshold: number, sweepMinutes: number): Promise<Mapped> {
  const at = await mapped(t, { timeout: TIMEOUT, file: 'drain.ts' });
  const AlarmName = `${at.name}-depth`;
  await t.aws.lambda.send(
    new AddPermissionCommand({
      FunctionName: at.drain.name,
      StatementId: AlarmName,
      Action: 'lambda:InvokeFunction',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceArn: `arn:aws:cloudwatch:us-east-1:${t.accountId}:alarm:${AlarmName}`,
    }),
  );
  await t.client(CloudWatchClient).send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: at.name }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: threshold,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [at.drain.arn],
    }),
  );
  await t.client(SchedulerClient).send(
    new CreateScheduleCommand({
      Name: `${at.name}-sweep`,
      ScheduleExpression: `rate(${sweepMinutes} minutes)`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: at.drain.arn, RoleArn: at.environment.SWEEP_ROLE_ARN },
    }),
  );
  return at;
}

async function mappingSide(t: Check): Promise<Mapped & { set(settings: Settings): Promise<void> }> {
  const at = await mapped(t, { timeout: TIMEOUT });
  await t.aws.sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: at.url, Attributes: { VisibilityTimeout: String(6 * TIMEOUT + 60) } }),
  );
  let UUID: string | undefined;
  return {
    ...at,
    async set(settings) {
      if (UUID) await t.aws.lambda.send(new UpdateEventSourceMappingCommand({ UUID, ...settings }));
      else {
        ({ UUID } = await t.aws.lambda.send(
          new CreateEventSourceMappingCommand({
            EventSourceArn: at.arn,
            FunctionName: at.drain.name,
            FunctionResponseTypes: ['ReportBatchItemFailures'],
            ...settings,
          }),
        ));
      }
      await t.clock.advance(2 * SECOND);
    },
  };
}
