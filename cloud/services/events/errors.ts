/** EventBridge's errors. Mirrors https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html and each operation's page. */
import { AwsError } from '../../contract.ts';

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message, 400);

export const invalidToken = (): AwsError => invalid('Parameter NextToken is not valid.');

export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message, 400);

export const busNotFound = (name: string): AwsError => notFound(`Event bus ${name} does not exist.`);

export const ruleNotFound = (name: string, bus: string): AwsError =>
  notFound(`Rule ${name} does not exist on EventBus ${bus}.`);

export const limitExceeded = (): AwsError =>
  new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.', 400);
