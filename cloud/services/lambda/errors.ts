/** Lambda's errors. Mirrors https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html and each operation's page. */
import { AwsError } from '../../contract.ts';

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, 400);

/** A few of these come without a type of error (recorded: test_function_concurrency_limits, test_notfound_and_invalid_routingconfigs). */
export const withoutType = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, 400, { Type: undefined });

export const functionNotFound = (arn: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);

export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message, 404);

export const conflict = (message: string): AwsError => new AwsError('ResourceConflictException', message, 409);

export const preconditionFailed = (): AwsError =>
  new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    412,
  );

/** The API's page calls it `RequestTooLargeException`; who sends too much is told this name. */
export const entityTooLarge = (message: string): AwsError =>
  new AwsError('RequestEntityTooLargeException', message, 413);

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-Errors lists the reasons. */
export const throttled = (
  reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded',
): AwsError => new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason: reason });
