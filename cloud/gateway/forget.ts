/**
 * Deletes what an account has, service by service: an engine behind a gateway has no control that forgets. Only accounts
 * that the gateway has handed out are ever emptied, and only services that it saw in use there.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { type Access, accessTo } from './access.ts';

type Empty = (access: Access) => Promise<void>;

/** Milliseconds between two attempts, and so many of them: an engine may be at work on what is to go, making or deleting it. */
const PAUSE = 200;
const ATTEMPTS = 150;

/** Deletes what may be in use for a while, or gone before its turn has come. */
async function untilGone(remove: () => Promise<unknown>): Promise<void> {
  for (let left = ATTEMPTS; ; left--) {
    const refused = await remove().then(
      () => undefined,
      (error: Error) => error,
    );
    if (!refused || refused.name === 'ResourceNotFoundException') return;
    if (refused.name !== 'ResourceInUseException' || left === 0) throw refused;
    await wait(PAUSE);
  }
}

const ec2: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-ec2');
  const client = new sdk.EC2Client(access);
  const { Reservations = [] } = await client.send(new sdk.DescribeInstancesCommand({}));
  const InstanceIds = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId!));
  if (InstanceIds.length > 0) await client.send(new sdk.TerminateInstancesCommand({ InstanceIds }));
  client.destroy();
};

const lambda: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-lambda');
  const client = new sdk.LambdaClient(access);
  const { EventSourceMappings = [] } = await client.send(new sdk.ListEventSourceMappingsCommand({}));
  for (const { UUID } of EventSourceMappings) {
    await untilGone(() => client.send(new sdk.DeleteEventSourceMappingCommand({ UUID })));
  }
  const { Functions = [] } = await client.send(new sdk.ListFunctionsCommand({}));
  for (const { FunctionName } of Functions) await client.send(new sdk.DeleteFunctionCommand({ FunctionName }));
  client.destroy();
};

const s3: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client(access);
  const { Buckets = [] } = await client.send(new sdk.ListBucketsCommand({}));
  for (const { Name } of Buckets) {
    await versions(client, sdk, Name!);
    await client.send(new sdk.DeleteBucketCommand({ Bucket: Name }));
  }
  client.destroy();
};

/** Of a bucket without versions each object is one. */
async function versions(client: S3Client, sdk: typeof import('@aws-sdk/client-s3'), Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new sdk.ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    await client.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
}

const sqs: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-sqs');
  const client = new sdk.SQSClient(access);
  const { QueueUrls = [] } = await client.send(new sdk.ListQueuesCommand({}));
  for (const QueueUrl of QueueUrls) await client.send(new sdk.DeleteQueueCommand({ QueueUrl }));
  client.destroy();
};

const sns: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-sns');
  const client = new sdk.SNSClient(access);
  const { Topics = [] } = await client.send(new sdk.ListTopicsCommand({}));
  for (const { TopicArn } of Topics) await client.send(new sdk.DeleteTopicCommand({ TopicArn }));
  client.destroy();
};

const logs: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new sdk.CloudWatchLogsClient(access);
  for await (const { logGroups = [] } of sdk.paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName } of logGroups) await client.send(new sdk.DeleteLogGroupCommand({ logGroupName }));
  }
  client.destroy();
};

const iam: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-iam');
  const client = new sdk.IAMClient(access);
  const { InstanceProfiles = [] } = await client.send(new sdk.ListInstanceProfilesCommand({}));
  for (const { InstanceProfileName, Roles = [] } of InstanceProfiles) {
    for (const { RoleName } of Roles) {
      await client.send(new sdk.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
    }
    await client.send(new sdk.DeleteInstanceProfileCommand({ InstanceProfileName }));
  }
  const { Roles = [] } = await client.send(new sdk.ListRolesCommand({}));
  for (const { RoleName } of Roles) {
    const { PolicyNames = [] } = await client.send(new sdk.ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) await client.send(new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName }));
    const { AttachedPolicies = [] } = await client.send(new sdk.ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies) {
      await client.send(new sdk.DetachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    await client.send(new sdk.DeleteRoleCommand({ RoleName }));
  }
  client.destroy();
};

const dynamodb: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-dynamodb');
  const client = new sdk.DynamoDBClient(access);
  const { TableNames = [] } = await client.send(new sdk.ListTablesCommand({}));
  for (const TableName of TableNames) await client.send(new sdk.DeleteTableCommand({ TableName }));
  client.destroy();
};

const monitoring: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-cloudwatch');
  const client = new sdk.CloudWatchClient(access);
  const { MetricAlarms = [] } = await client.send(new sdk.DescribeAlarmsCommand({}));
  const AlarmNames = MetricAlarms.map(({ AlarmName }) => AlarmName!);
  if (AlarmNames.length > 0) await client.send(new sdk.DeleteAlarmsCommand({ AlarmNames }));
  client.destroy();
};

const events: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-eventbridge');
  const client = new sdk.EventBridgeClient(access);
  const { Rules = [] } = await client.send(new sdk.ListRulesCommand({}));
  for (const { Name } of Rules) {
    const { Targets = [] } = await client.send(new sdk.ListTargetsByRuleCommand({ Rule: Name }));
    const Ids = Targets.map(({ Id }) => Id!);
    if (Ids.length > 0) await client.send(new sdk.RemoveTargetsCommand({ Rule: Name, Ids }));
    await client.send(new sdk.DeleteRuleCommand({ Name }));
  }
  client.destroy();
};

const scheduler: Empty = async (access) => {
  const sdk = await import('@aws-sdk/client-scheduler');
  const client = new sdk.SchedulerClient(access);
  const { Schedules = [] } = await client.send(new sdk.ListSchedulesCommand({}));
  for (const { Name, GroupName } of Schedules) await client.send(new sdk.DeleteScheduleCommand({ Name, GroupName }));
  client.destroy();
};

/** In this order: what calls others first. A function leaves logs behind without anyone having called for them. */
const emptiers: Readonly<Record<string, Empty>> = {
  monitoring,
  events,
  scheduler,
  ec2,
  sns,
  lambda,
  sqs,
  s3,
  dynamodb,
  logs,
  iam,
};

/** `used`: names of the services that the account has called. Throws what the engine throws. */
export async function forget(target: string, accountId: string, used: ReadonlySet<string>): Promise<void> {
  const access = accessTo(target, accountId);
  for (const [service, empty] of Object.entries(emptiers)) {
    if (used.has(service) || (service === 'logs' && used.has('lambda'))) await empty(access);
  }
}
