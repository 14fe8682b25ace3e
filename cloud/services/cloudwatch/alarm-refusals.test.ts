/** What is refused of calls that concern alarms. */
import { DeleteAlarmsCommand, DescribeAlarmsCommand, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { aws, name, putAlarm, setState, useCloud } from './testing.ts';

useCloud();

const refusals: [string, () => Promise<unknown>, string, number, string | RegExp][] = [
  [
    'an unknown state',
    () => setState('INVALID' as never),
    'ValidationException',
    400,
    "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
  ],
  [
    'reason data that are no JSON',
    async () => {
      await putAlarm();
      await setState('OK', { StateReasonData: 'because' });
    },
    'InvalidFormatFault',
    400,
    'Data was not syntactically valid JSON',
  ],
  [
    'reason data of more than 4,000 letters',
    () => setState('OK', { StateReasonData: JSON.stringify('x'.repeat(3999)) }),
    'ValidationException',
    400,
    /'stateReasonData' failed to satisfy constraint: Member must have length less than or equal to 4000/,
  ],
  ['the state of no alarm', () => setState('OK'), 'ResourceNotFound', 404, ''],
  [
    'to delete what is not there',
    () => aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })),
    'ResourceNotFound',
    404,
    '',
  ],
  [
    'the tags of no alarm',
    () =>
      aws.cloudwatch.send(
        new ListTagsForResourceCommand({ ResourceARN: `arn:aws:cloudwatch:us-east-1:${aws.accountId}:alarm:none` }),
      ),
    'ResourceNotFound',
    404,
    '',
  ],
  ['no name', () => putAlarm({ AlarmName: undefined }), 'ValidationException', 400, /'alarmName'/],
  ['no periods', () => putAlarm({ EvaluationPeriods: undefined }), 'ValidationException', 400, /'evaluationPeriods'/],
  ['more M than N', () => putAlarm({ DatapointsToAlarm: 2 }), 'ValidationException', 400, /DatapointsToAlarm/],
  ['an odd period', () => putAlarm({ Period: 45 }), 'ValidationException', 400, /multiple of 60/],
  [
    'more than a day of minutes',
    () => putAlarm({ EvaluationPeriods: 1441 }),
    'ValidationException',
    400,
    'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
  ],
  ['no threshold', () => putAlarm({ Threshold: undefined }), 'MissingRequiredParameterException', 400, /Threshold/],
  ['no metric', () => putAlarm({ MetricName: undefined }), 'MissingRequiredParameterException', 400, /MetricName/],
  ['no statistic', () => putAlarm({ Statistic: undefined }), 'MissingRequiredParameterException', 400, /Statistic/],
  ['a wrong operator', () => putAlarm({ ComparisonOperator: 'Is' as never }), 'ValidationException', 400, /enum/],
  ['a wrong mode', () => putAlarm({ TreatMissingData: 'maybe' }), 'ValidationException', 400, /TreatMissingData/],
  [
    'an action that is no ARN',
    () => putAlarm({ AlarmActions: ['x'] }),
    'ValidationException',
    400,
    /Invalid arn syntax: x/,
  ],
  [
    'six actions',
    () => putAlarm({ AlarmActions: Array(6).fill('arn:aws:sns:us-east-1:111122223333:t') }),
    'InvalidParameterValueException',
    400,
    'The collection AlarmActions must not have a size greater than 5.',
  ],
  [
    'an alarm on math',
    () => putAlarm({ Metrics: [{ Id: 'a', Expression: 'b' }] }),
    'NotImplemented',
    501,
    /metric math/,
  ],
  [
    'names and a prefix',
    () => aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['a'], AlarmNamePrefix: 'a' })),
    'InvalidParameterCombinationException',
    400,
    /AlarmNamePrefix/,
  ],
];

test.each(refusals)('refuses %s', async (_, call, code, status, message) => {
  const seen = await refusal(call());
  expect(seen).toMatchObject({ name: code, status });
  if (message !== '') expect(seen.message).toMatch(message);
});
