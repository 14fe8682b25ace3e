/**
 * The AWS SDK as the cloud uses it: its clients for their schemas, and the protocols they speak. Its packages are CommonJS, and are
 * loaded as that: for an `import` Node reads the whole text of each once more, in JavaScript, to know what names it exports.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** By the service's name in this cloud; each is loaded when it is asked for. */
export const clients = {
  s3: () => require('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3'),
  sqs: () => require('@aws-sdk/client-sqs') as typeof import('@aws-sdk/client-sqs'),
  sns: () => require('@aws-sdk/client-sns') as typeof import('@aws-sdk/client-sns'),
  lambda: () => require('@aws-sdk/client-lambda') as typeof import('@aws-sdk/client-lambda'),
  logs: () => require('@aws-sdk/client-cloudwatch-logs') as typeof import('@aws-sdk/client-cloudwatch-logs'),
  monitoring: () => require('@aws-sdk/client-cloudwatch') as typeof import('@aws-sdk/client-cloudwatch'),
  events: () => require('@aws-sdk/client-eventbridge') as typeof import('@aws-sdk/client-eventbridge'),
  scheduler: () => require('@aws-sdk/client-scheduler') as typeof import('@aws-sdk/client-scheduler'),
  dynamodb: () => require('@aws-sdk/client-dynamodb') as typeof import('@aws-sdk/client-dynamodb'),
  dynamodbstreams: () =>
    require('@aws-sdk/client-dynamodb-streams') as typeof import('@aws-sdk/client-dynamodb-streams'),
  ec2: () => require('@aws-sdk/client-ec2') as typeof import('@aws-sdk/client-ec2'),
  iam: () => require('@aws-sdk/client-iam') as typeof import('@aws-sdk/client-iam'),
  sts: () => require('@aws-sdk/client-sts') as typeof import('@aws-sdk/client-sts'),
};

export const { NormalizedSchema } = require('@smithy/core/schema') as typeof import('@smithy/core/schema');
export type NormalizedSchema = ReturnType<typeof NormalizedSchema.of>;
export const { FromStringShapeDeserializer } =
  require('@smithy/core/protocols') as typeof import('@smithy/core/protocols');
export const { AwsQueryProtocol, XmlShapeSerializer } =
  require('@aws-sdk/core/protocols') as typeof import('@aws-sdk/core/protocols');
export const { Crc32c, Crc64Nvme } = require('@aws-sdk/checksums/crc') as typeof import('@aws-sdk/checksums/crc');
