/** What is refused of calls that concern metrics. */
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { aws, data, put, start, stat, statistics, useCloud } from './testing.ts';

useCloud();

const INVALID = 'InvalidParameterValueException';
const dimension = (Name: string, Value: string) => put('n', { Value: 1, Dimensions: [{ Name, Value }] });
const ofNamespace = (value: string) => `The value ${value} for parameter Namespace is invalid.`;
const ofDimension = (value: string, member: string) =>
  `The value ${value} for parameter MetricData.member.1.Dimensions.member.1.${member} is invalid.`;

/** Codes are those of the shapes; texts without a comment are as AWS's recordings have them, so far as there are any. */
const refusals: [string, () => Promise<unknown>, string, number, string | RegExp][] = [
  [
    'a value and values',
    () => put('n', { Value: 1, Values: [1] }),
    'InvalidParameterCombinationException',
    400,
    'The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.',
  ],
  [
    'a value and sums',
    () => put('n', { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } }),
    'InvalidParameterCombinationException',
    400,
    'The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.',
  ],
  [
    'fewer counts than values',
    () => put('n', { Values: [1, 2], Counts: [1] }),
    'InvalidParameterValueException',
    400,
    'The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
  ],
  ['no value', () => put('n', {}), 'MissingRequiredParameterException', 400, /Value is required/],
  ['no data', () => put('n'), 'MissingRequiredParameterException', 400, 'The parameter MetricData is required.'],
  ['a name of AWS', () => put('AWS/SQS', { Value: 1 }), 'InvalidParameterValueException', 400, /AWS\/SQS/],
  ['a namespace with a colon before', () => put(':n', { Value: 1 }), INVALID, 400, ofNamespace(':n')],
  ['a namespace beyond ASCII', () => put('café', { Value: 1 }), INVALID, 400, ofNamespace('café')],
  ['a namespace with a tab', () => put('a\tb', { Value: 1 }), INVALID, 400, ofNamespace('a\tb')],
  ['a dimension’s name beyond ASCII', () => dimension('größe', 'x'), INVALID, 400, ofDimension('größe', 'Name')],
  ['a dimension’s name with a colon before', () => dimension(':d', 'x'), INVALID, 400, ofDimension(':d', 'Name')],
  ['a dimension’s name of blanks', () => dimension('  ', 'x'), INVALID, 400, ofDimension('  ', 'Name')],
  ['a dimension’s value beyond ASCII', () => dimension('d', '5 €'), INVALID, 400, ofDimension('5 €', 'Value')],
  ['a dimension’s value with a line’s end', () => dimension('d', 'a\nb'), INVALID, 400, ofDimension('a\nb', 'Value')],
  ['a dimension’s value of blanks', () => dimension('d', ' '), INVALID, 400, ofDimension(' ', 'Value')],
  ['no number', () => put('n', { Value: Number.NaN }), 'InvalidParameterValueException', 400, /NaN/],
  [
    'data of three weeks ago',
    () => put('n', { Value: 1, Timestamp: new Date(start - 21 * 86_400_000) }),
    'InvalidParameterValueException',
    400,
    'The parameter MetricData.member.1.Timestamp must specify a time no more than two weeks in the past.',
  ],
  [
    'data of tomorrow',
    () => put('n', { Value: 1, Timestamp: new Date(start + 86_400_000) }),
    'InvalidParameterValueException',
    400,
    'The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future.',
  ],
  [
    'more than 1000 data',
    () => put('n', ...Array.from({ length: 1001 }, () => ({ Value: 1 }))),
    'InvalidParameterValueException',
    400,
    'The collection MetricData must not have a size greater than 1000.',
  ],
  [
    'more than 30 dimensions',
    () => put('n', { Value: 1, Dimensions: Array.from({ length: 31 }, (_, n) => ({ Name: `d${n}`, Value: 'x' })) }),
    'InvalidParameterValueException',
    400,
    'The collection MetricData.member.1.Dimensions must not have a size greater than 30.',
  ],
  [
    'an unknown unit',
    () => put('n', { Value: 1, Unit: 'Miles' as never }),
    'InvalidParameterValueException',
    400,
    /set \[/,
  ],
  [
    'a resolution of five seconds',
    () => put('n', { Value: 1, StorageResolution: 5 }),
    'InvalidParameterValueException',
    400,
    /StorageResolution/,
  ],
  [
    'too many datapoints',
    () => statistics('n', { StartTime: new Date(start - 86_400_000), EndTime: new Date(start), Period: 1 }),
    'InvalidParameterCombinationException',
    400,
    'You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
  ],
  [
    'an end before the start',
    () => statistics('n', { StartTime: new Date(start), EndTime: new Date(start) }),
    'InvalidParameterValueException',
    400,
    'The parameter StartTime must be less than the parameter EndTime.',
  ],
  ['a period of 45 seconds', () => statistics('n', { Period: 45 }), 'InvalidParameterValueException', 400, /Period/],
  [
    'an unknown statistic',
    () => statistics('n', { Statistics: ['Median'] }),
    'InvalidParameterValueException',
    400,
    /set \[/,
  ],
  [
    'a percentile beyond 100',
    () => statistics('n', { ExtendedStatistics: ['p101'] }),
    'InvalidParameterValueException',
    400,
    /p101/,
  ],
  ['a trimmed mean', () => statistics('n', { ExtendedStatistics: ['tm99'] }), 'NotImplemented', 501, /tm99/],
  [
    'metric math',
    () => data({ MetricDataQueries: [{ Id: 'e', Expression: 'a + b' }] }),
    'NotImplemented',
    501,
    /Metric math/,
  ],
  [
    'a query id with a capital',
    () => data({ MetricDataQueries: [{ Id: 'A', MetricStat: stat('n', 'Sum') }] }),
    'ValidationException',
    400,
    /not matching/,
  ],
  ['no queries', () => data({}), 'MissingRequiredParameterException', 400, /MetricDataQueries/],
  [
    'a token of nobody',
    () => aws.cloudwatch.send(new ListMetricsCommand({ NextToken: 'x' })),
    'InvalidNextToken',
    400,
    /token/,
  ],
];

test.each(refusals)('refuses %s', async (_, call, name, status, message) => {
  const seen = await refusal(call());
  expect(seen).toMatchObject({ name, status });
  expect(seen.message).toMatch(message);
});
