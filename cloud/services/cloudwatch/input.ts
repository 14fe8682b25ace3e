/** Checks that several operations share. */
import type { Dimension as GivenDimension, StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { Call } from '../../contract.ts';
import { constraint, invalidValue, missing } from './errors.ts';
import type { Dimension } from './series.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const sizes = [
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
];
const units: readonly string[] = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  ...sizes,
  'Percent',
  'Count',
  ...sizes.map((size) => `${size}/Second`),
  'Count/Second',
  'None',
];
const MOST_DIMENSIONS = 30;

/** Throws `AccessDenied…`. Metrics have no ARN: whoever may do it may do it to all. */
export function authorize(
  call: Call,
  action: string,
  resource = '*',
  context?: Readonly<Record<string, string>>,
): void {
  call.core.identity.authorize({
    principal: call.principal,
    action: `cloudwatch:${action}`,
    resource,
    ...(context ? { context } : {}),
  });
}

/**
 * ASCII without control characters: what namespaces and dimensions may have.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html and API_Dimension.html there
 */
export const isPrintable = (text: string): boolean => /^[ -~]*$/.test(text);

/** Throws `InvalidParameterValue`, `MissingParameter`. `path`: where they stand in the request. */
export function readDimensions(given: readonly GivenDimension[] | undefined, path = 'Dimensions'): Dimension[] {
  const dimensions = given ?? [];
  if (dimensions.length > MOST_DIMENSIONS) {
    throw invalidValue(`The collection ${path} must not have a size greater than ${MOST_DIMENSIONS}.`);
  }
  return dimensions.map(({ Name, Value }, index) => {
    const at = `${path}.member.${index + 1}`;
    if (!Name) throw missing(`${at}.Name`);
    if (!Value) throw missing(`${at}.Value`);
    if (Name.length > 255 || Name.startsWith(':') || !isPrintable(Name) || Name.trim() === '') {
      throw invalidValue(`The value ${Name} for parameter ${at}.Name is invalid.`);
    }
    if (Value.length > 1024 || !isPrintable(Value) || Value.trim() === '') {
      throw invalidValue(`The value ${Value} for parameter ${at}.Value is invalid.`);
    }
    return { Name, Value };
  });
}

/** Throws `InvalidParameterValue`. */
export function readUnit(unit: string | undefined, path = 'Unit'): StandardUnit | undefined {
  if (unit !== undefined && !units.includes(unit)) {
    throw invalidValue(`The parameter ${path} must be a value in the set [ ${units.join(', ')} ].`);
  }
  return unit as StandardUnit | undefined;
}

/** Throws `InvalidParameterValue` unless the period is 1, 5, 10, 20, 30 or a multiple of 60 seconds. */
export function readPeriod(period: number | undefined, path = 'Period'): number {
  if (period === undefined) throw missing(path);
  if (period < 1) throw invalidValue(`The parameter ${path} must be greater than or equal to 1.`);
  if (![1, 5, 10, 20, 30].includes(period) && period % 60 !== 0) {
    throw invalidValue(`The parameter ${path} must be 1, 5, 10, 20, 30 or a multiple of 60.`);
  }
  return period;
}

/** Throws `ValidationError` for a name that is not given, or too long. */
export function readAlarmName(name: string | undefined): string {
  if (!name)
    throw constraint(
      name || undefined,
      'alarmName',
      name === '' ? 'have length greater than or equal to 1' : 'not be null',
    );
  if (name.length > 255) throw constraint(name, 'alarmName', 'have length less than or equal to 255');
  return name;
}
