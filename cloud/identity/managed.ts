/**
 * AWS's own managed policies, as far as this cloud's services go.
 * Mirrors https://docs.aws.amazon.com/aws-managed-policy/latest/reference/
 */
const allow = (Action: string | readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

export const managedByAws: ReadonlyMap<string, string> = new Map(
  Object.entries({
    AdministratorAccess: allow('*'),
    AmazonEC2FullAccess: allow('ec2:*'),
    AmazonS3FullAccess: allow('s3:*'),
    AmazonS3ReadOnlyAccess: allow(['s3:Get*', 's3:List*']),
    AmazonSQSFullAccess: allow('sqs:*'),
    'service-role/AWSLambdaBasicExecutionRole': allow(logs),
    'service-role/AWSLambdaSQSQueueExecutionRole': allow([
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      ...logs,
    ]),
  }).map(([name, document]) => [`arn:aws:iam::aws:policy/${name}`, document]),
);
