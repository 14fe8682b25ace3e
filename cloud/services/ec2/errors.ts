/** EC2's errors. Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
import { AwsError } from '../../contract.ts';

export const missing = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}`);

export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

export const badCombination = (message: string): AwsError => new AwsError('InvalidParameterCombination', message);

export const malformedId = (id: string): AwsError => new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);

export const notFound = (ids: readonly string[]): AwsError =>
  new AwsError(
    'InvalidInstanceID.NotFound',
    ids.length === 1
      ? `The instance ID '${ids[0]}' does not exist`
      : `The instance IDs '${ids.join(', ')}' do not exist`,
  );

export const wrongState = (message: string): AwsError => new AwsError('IncorrectInstanceState', message);

export const noCapacity = (type: string, zone: string): AwsError =>
  new AwsError(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.`,
    500,
  );

export const dryRun = (): AwsError =>
  new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
