/**
 * The errors of Amazon DynamoDB.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
import { AwsError } from '../../contract.ts';

export const validation = (message: string) => new AwsError('ValidationException', message, 400);

/** The form that most checks of values share. */
export const invalidValues = (why: string) => validation(`One or more parameter values were invalid: ${why}`);

/** Of operations on items. */
export const resourceNotFound = () => new AwsError('ResourceNotFoundException', 'Requested resource not found', 400);

/** Of operations on tables, which name the table. */
export const tableNotFound = (name: string) =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`, 400);

export const resourceInUse = (message: string) => new AwsError('ResourceInUseException', message, 400);

export const keyDoesNotMatch = () => validation('The provided key element does not match the schema');

/** What this cloud has not built, said as loudly as an operation that it has not built. */
export const notBuilt = (what: string) => new AwsError('NotImplemented', `${what} is not built in this cloud.`, 501);
