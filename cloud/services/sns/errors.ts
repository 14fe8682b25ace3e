/** The errors of Amazon SNS. Mirrors https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html and each operation's page. */
import { AwsError } from '../../contract.ts';

export const invalidParameter = (what: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${what}`, 400);

export const invalidAttribute = (message: string): AwsError => new AwsError('ParameterValueInvalid', message, 400);

export const topicNotFound = (): AwsError => new AwsError('NotFound', 'Topic does not exist', 404);

export const subscriptionNotFound = (): AwsError => new AwsError('NotFound', 'Subscription does not exist', 404);

export const notBuilt = (what: string): AwsError =>
  new AwsError('NotImplemented', `sns: ${what} not built in this cloud.`, 501);
