/** Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
import type { MetricDatum, PutMetricDataCommandInput, PutMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { Call, Operation } from '../../../contract.ts';
import { type Aggregate, aggregateOf } from '../aggregate.ts';
import { invalidCombination, invalidValue, missing, notBuilt } from '../errors.ts';
import { authorize, isPrintable, readDimensions, readUnit } from '../input.ts';
import type { Metrics } from '../metrics.ts';

const MOST_DATA = 1000;
const MOST_VALUES = 150;
const TWO_WEEKS = 14 * 86_400_000;
const TWO_HOURS = 2 * 3_600_000;
/** CloudWatch keeps values whose exponent is not far from nought; NaN and infinity it refuses. */
const LARGEST = 2 ** 360;

/** Throws `InvalidParameterValue`, `InvalidParameterCombination`, `MissingParameter`. All of it is kept, or nothing. */
export const putMetricData =
  (metrics: Metrics): Operation<PutMetricDataCommandInput, PutMetricDataCommandOutput> =>
  (input, call) => {
    const { Namespace: namespace, MetricData: data } = input;
    if (!namespace) throw missing('Namespace');
    authorize(call, 'PutMetricData', '*', { 'cloudwatch:namespace': namespace });
    if (/^:|^AWS\//.test(namespace) || namespace.length > 255 || !isPrintable(namespace)) {
      throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
    }
    if (input.EntityMetricData) throw notBuilt('Entities of metrics are');
    if (!data || data.length === 0) throw missing('MetricData');
    if (data.length > MOST_DATA) {
      throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
    }
    const now = call.core.clock.now();
    const read = data.map((datum, index) => readDatum(datum, `MetricData.member.${index + 1}`, now, call));
    for (const { name, dimensions, time, unit, sample, resolution } of read) {
      metrics.series(call.accountId, namespace, name, dimensions).put(time, unit, sample, resolution);
    }
    return {};
  };

function readDatum(datum: MetricDatum, path: string, now: number, call: Call) {
  const { MetricName: name, StorageResolution: resolution = 60 } = datum;
  if (!name) throw missing(`${path}.MetricName`);
  if (name.length > 255) throw invalidValue(`The value ${name} for parameter ${path}.MetricName is invalid.`);
  if (resolution !== 1 && resolution !== 60) {
    throw invalidValue(`The value ${resolution} for parameter ${path}.StorageResolution is invalid.`);
  }
  const time = datum.Timestamp?.getTime() ?? now;
  const limit = (rule: string) =>
    invalidValue(`The parameter ${path}.Timestamp must specify a time no more than ${rule}.`);
  if (time < now - TWO_WEEKS) throw limit('two weeks in the past');
  if (time > now + TWO_HOURS) throw limit('two hours in the future');
  return {
    name,
    dimensions: readDimensions(datum.Dimensions, `${path}.Dimensions`),
    unit: readUnit(datum.Unit, `${path}.Unit`) ?? 'None',
    time,
    resolution: resolution * 1000,
    sample: readSample(datum, path, call),
  };
}

function readSample(datum: MetricDatum, path: string, call: Call): Aggregate {
  const { Value: value, Values: values, Counts: counts, StatisticValues: sums } = datum;
  const both = (left: string, right: string) =>
    invalidCombination(
      `The parameters ${path}.${left} and ${path}.${right} are mutually exclusive and you have specified both.`,
    );
  if (value !== undefined && values) throw both('Value', 'Values');
  if (value !== undefined && sums) throw both('Value', 'StatisticValues');
  if (values && sums) throw both('Values', 'StatisticValues');
  if (sums) {
    const { SampleCount: count, Sum: sum, Minimum: min, Maximum: max } = sums;
    for (const [member, of] of Object.entries({ SampleCount: count, Sum: sum, Minimum: min, Maximum: max })) {
      if (of === undefined) throw missing(`${path}.StatisticValues.${member}`);
      assertNumber(of, `${path}.StatisticValues.${member}`);
    }
    if (count! <= 0) throw invalidValue(`The parameter ${path}.StatisticValues.SampleCount must be greater than 0.`);
    return { count: count!, sum: sum!, min: min!, max: max!, values: undefined, cause: call.traceId };
  }
  if (value !== undefined) {
    assertNumber(value, `${path}.Value`);
    return aggregateOf([value], undefined, call.traceId);
  }
  if (!values || values.length === 0) throw missing(`${path}.Value`);
  if (values.length > MOST_VALUES) {
    throw invalidValue(`The collection ${path}.Values must not have a size greater than ${MOST_VALUES}.`);
  }
  if (counts && counts.length !== values.length) {
    throw invalidValue(`The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
  }
  values.forEach((one, index) => {
    assertNumber(one, `${path}.Values.member.${index + 1}`);
  });
  return aggregateOf(values, counts, call.traceId);
}

function assertNumber(value: number, path: string): void {
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST) {
    throw invalidValue(`The value ${value} for parameter ${path} is invalid.`);
  }
}
