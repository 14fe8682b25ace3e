/**
 * What an alarm does when its state changes.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions.html
 */
import { AwsError, type Core, type Delivery, type TraceId } from '../../contract.ts';
import type { Alarm, State } from './alarm.ts';
import type { History } from './history.ts';
import { notificationOf, subjectOf } from './notification.ts';
import { timestamp } from './reason.ts';

/** Runs the actions for the state that the alarm has now. Returns at once; each one follows by itself. */
export function runActions(core: Core, history: History, alarm: Alarm, previous: State, cause: TraceId): void {
  if (!alarm.actionsEnabled) return;
  for (const arn of alarm.configuration.actions[alarm.state.value]) {
    const told = isTopic(arn)
      ? { payload: JSON.stringify(notificationOf(alarm, previous)), subject: subjectOf(alarm) }
      : { payload: JSON.stringify(payloadOf(core, alarm, previous)) };
    void run(core, history, alarm, arn, told, cause);
  }
}

async function run(
  core: Core,
  history: History,
  { accountId, arn: sourceArn, configuration, state }: Alarm,
  arn: string,
  told: Pick<Delivery, 'payload' | 'subject'>,
  cause: TraceId,
): Promise<void> {
  const hop = core.trace.add({
    kind: 'hop',
    accountId,
    service: 'monitoring',
    operation: 'AlarmAction',
    resource: arn,
    cause,
    detail: { alarm: configuration.name, state: state.value },
  });
  const done = core.clock.busy('an action of an alarm');
  let error: string | undefined;
  try {
    await core.targets.get(arn).deliver(arn, {
      ...told,
      from: principalOf(arn),
      sourceArn,
      sourceAccount: accountId,
      cause: hop,
    });
  } catch (refused) {
    if (!(refused instanceof AwsError)) throw refused;
    core.trace.amend(hop, { error: refused.code });
    error = explain(refused, arn);
  } finally {
    done();
  }
  history.add({
    accountId,
    alarmName: configuration.name,
    time: core.clock.now(),
    type: 'Action',
    summary: error
      ? `Failed to execute action ${arn}. Received error: "${error}"`
      : `Successfully executed action ${arn}`,
    data: JSON.stringify({
      actionState: error ? 'Failed' : 'Succeeded',
      stateUpdateTimestamp: state.at,
      notificationResource: arn,
      publishedMessage: told.payload,
      error: error ?? null,
    }),
  });
}

const isTopic = (arn: string): boolean => arn.split(':')[2] === 'sns';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
const principalOf = (arn: string): string =>
  arn.split(':')[2] === 'lambda' ? 'lambda.alarms.cloudwatch.amazonaws.com' : 'cloudwatch.amazonaws.com';

function explain({ code, message }: AwsError, arn: string): string {
  if (arn.split(':')[2] !== 'lambda' || !code.startsWith('AccessDenied')) return message;
  return 'CloudWatch Alarms is not authorized to perform: lambda:InvokeFunction on the resource because no resource-based policy allows the lambda:InvokeFunction action';
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html#Lambda-action-payload */
function payloadOf(
  { region }: Core,
  { accountId, arn, configuration: of, state, metricId }: Alarm,
  previous: State,
): object {
  const stateOf = ({ value, reason, data, at }: State) => ({
    value,
    reason,
    ...(data === undefined ? {} : { reasonData: data }),
    timestamp: timestamp(at),
  });
  return {
    source: 'aws.cloudwatch',
    alarmArn: arn,
    accountId,
    time: timestamp(state.at),
    region,
    alarmData: {
      alarmName: of.name,
      state: stateOf(state),
      previousState: stateOf(previous),
      configuration: {
        ...(of.description === undefined ? {} : { description: of.description }),
        metrics: [
          {
            id: metricId,
            metricStat: {
              metric: {
                namespace: of.namespace,
                name: of.metricName,
                dimensions: Object.fromEntries(of.dimensions.map(({ Name, Value }) => [Name, Value])),
              },
              period: of.period,
              stat: of.stat,
              ...(of.unit ? { unit: of.unit } : {}),
            },
            returnData: true,
          },
        ],
      },
    },
  };
}
