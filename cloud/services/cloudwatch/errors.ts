/**
 * The errors of Amazon CloudWatch. Clients of the Query protocol see `InvalidParameterValue` where the shape's name is
 * `InvalidParameterValueException`; the wire layer writes each in its own.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
 */
import { AwsError } from '../../contract.ts';

export const invalidValue = (message: string) => new AwsError('InvalidParameterValueException', message, 400);

export const invalidCombination = (message: string) =>
  new AwsError('InvalidParameterCombinationException', message, 400);

export const missing = (parameter: string) =>
  new AwsError('MissingRequiredParameterException', `The parameter ${parameter} is required.`, 400);

export const validation = (message: string) => new AwsError('ValidationException', message, 400);

/** The form of what AWS checks before an operation sees its input. `member`: with a small first letter. */
export const constraint = (value: unknown, member: string, rule: string) =>
  validation(
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${String(value)}'`} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );

export const invalidFormat = () => new AwsError('InvalidFormatFault', 'Data was not syntactically valid JSON', 400);

/** AWS sends no text with it. */
export const resourceNotFound = () => new AwsError('ResourceNotFound', '', 404);

export const invalidNextToken = () => new AwsError('InvalidNextToken', 'The next token specified is invalid.', 400);

export const notBuilt = (what: string) => new AwsError('NotImplemented', `${what} not built in this cloud.`, 501);
