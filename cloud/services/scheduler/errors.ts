/** EventBridge Scheduler's errors. Mirrors https://docs.aws.amazon.com/scheduler/latest/APIReference/CommonErrors.html and each operation's page. */
import { AwsError } from '../../contract.ts';

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message, 400);

export const invalidToken = (): AwsError => invalid('Parameter NextToken is not valid.');

export const conflict = (message: string): AwsError => new AwsError('ConflictException', message, 409);

export const scheduleNotFound = (name: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);

export const groupNotFound = (name: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);

export const NOT_ASSUMABLE = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';
