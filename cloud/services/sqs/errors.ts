/**
 * The errors of Amazon SQS. Codes are the names of the API's shapes; the wire layer adds the older `AWS.SimpleQueueService.…`
 * form that query-compatible clients read.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
import { AwsError } from '../../contract.ts';

export const queueDoesNotExist = () => new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', 400);

export const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', message, 400);

/** The form that most of SQS's parameter checks share. */
export const invalidValue = (value: unknown, parameter: string, reason: string) =>
  invalidParameter(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const invalidAttribute = (name: string, reason = '') =>
  new AwsError(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}.${reason && ` Reason: ${reason}`}`,
    400,
  );

export const missingParameter = (name: string) =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}.`, 400);

export const receiptHandleIsInvalid = (handle: string) =>
  new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`, 404);

export const notInFlight = (handle: string) =>
  invalidValue(handle, 'ReceiptHandle', 'Message does not exist or is not available for visibility timeout change.');

export const overLimit = (most: number) =>
  new AwsError(
    'OverLimit',
    `Too many messages in flight: at most ${most.toLocaleString('en-US')} of a queue may be received and not yet deleted.`,
    403,
  );

/** Checks a whole number of a request; `undefined` passes, for what the caller may leave out. */
export function assertWithin(
  value: number | undefined,
  parameter: string,
  [least, most]: readonly [number, number],
  reason: string,
): void {
  if (value === undefined) return;
  if (!Number.isInteger(value) || value < least || value > most) throw invalidValue(value, parameter, reason);
}
