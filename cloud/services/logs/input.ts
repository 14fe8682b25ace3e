/**
 * What AWS checks before an operation sees its input: names, limits, times.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html and its siblings.
 */
import { AwsError } from '../../contract.ts';
import { Constraints, type Limits } from '../../core/constraints.ts';

const LONGEST_NAME = 512;
const ANY_LENGTH = Number.POSITIVE_INFINITY;

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message, 400);

export const invalidPattern = (): AwsError => invalid('Invalid filter pattern');

export const invalidToken = (): AwsError => invalid('The specified nextToken is invalid.');

export const GROUP_PREFIX: Limits = { pattern: '[\\.\\-_/#A-Za-z0-9]+', length: [1, LONGEST_NAME] };
/** Names that are too long are told in words of their own. */
export const GROUP_NAME: Limits = { ...GROUP_PREFIX, required: true, length: [1, ANY_LENGTH] };
export const STREAM_PREFIX: Limits = { pattern: '[^:*]*', length: [1, LONGEST_NAME] };
export const STREAM_NAME: Limits = { ...STREAM_PREFIX, required: true, length: [1, ANY_LENGTH] };
export const TOKEN: Limits = { length: [1, ANY_LENGTH] };
export const TIME: Limits = { range: [0, Number.POSITIVE_INFINITY] };
export const MOST_EVENTS = 10_000;
/** Of events in an answer. */
export const EVENT_LIMIT: Limits = { range: [1, MOST_EVENTS] };
export const MOST_DESCRIBED = 50;
/** Of groups or streams in an answer. */
export const DESCRIBE_LIMIT: Limits = { range: [1, MOST_DESCRIBED] };

export function enforce(checks: Constraints): void {
  checks.enforce('InvalidParameterException');
}

export interface GroupInput {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** The name of a call's group, given by name or by ARN. `checks`: those of the call's other members, told together with its own. */
export function readGroup(input: GroupInput, checks = new Constraints()): string {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw new AwsError('ValidationException', 'LogGroup name and LogGroup ARN are mutually exclusive parameters.', 400);
  }
  if (logGroupIdentifier === undefined) checks.check(logGroupName, 'logGroupName', GROUP_NAME);
  else {
    checks.check(logGroupIdentifier, 'logGroupIdentifier', { pattern: '[\\w#+=/:,\\.@-]*', length: [1, 2048] });
  }
  enforce(checks);
  return fits(logGroupName ?? nameOf(logGroupIdentifier!));
}

export interface StreamInput extends GroupInput {
  readonly logStreamName?: string | undefined;
}

/** The same, and the name of the call's stream. */
export function readStream(input: StreamInput, checks = new Constraints()): { group: string; stream: string } {
  const group = readGroup(input, checks.check(input.logStreamName, 'logStreamName', STREAM_NAME));
  return { group, stream: fits(input.logStreamName!) };
}

/** A group's name out of its ARN, with `:*` behind it or without. */
export const nameOf = (identifier: string): string => identifier.replace(/^.*:log-group:/, '').replace(/:\*$/, '');

function fits(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  throw invalid(`Invalid LogGroup or LogStream, both must have length less than or equal to ${LONGEST_NAME}.`);
}
