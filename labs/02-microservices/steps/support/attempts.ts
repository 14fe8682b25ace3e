/** Step 2.7: calls on a table, a queue, a function, that somebody with these keys tries. By the action that they need. */
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Check, Keys } from '../../../../workbook/kit/contract.ts';
import type { Hired } from './policies.ts';

type Calls = Readonly<Record<string, () => Promise<unknown>>>;

export function onTable(t: Check, keys: Keys, TableName: string): Calls {
  const db = t.client(DynamoDBClient, keys);
  const Key = { pk: { S: 'USER#ada' }, sk: { S: 'PROFILE' } };
  const KeyConditionExpression = 'pk = :pk';
  const ExpressionAttributeValues = { ':pk': Key.pk };
  const RequestItems = { [TableName]: [{ DeleteRequest: { Key } }] };
  return {
    GetItem: () => db.send(new GetItemCommand({ TableName, Key })),
    PutItem: () => db.send(new PutItemCommand({ TableName, Item: Key })),
    UpdateItem: () => db.send(new UpdateItemCommand({ TableName, Key })),
    Query: () => db.send(new QueryCommand({ TableName, KeyConditionExpression, ExpressionAttributeValues })),
    Scan: () => db.send(new ScanCommand({ TableName })),
    DeleteItem: () => db.send(new DeleteItemCommand({ TableName, Key })),
    BatchWriteItem: () => db.send(new BatchWriteItemCommand({ RequestItems })),
    DeleteTable: () => db.send(new DeleteTableCommand({ TableName })),
  };
}

export function onQueue(t: Check, keys: Keys, QueueUrl: string): Calls {
  const sqs = t.client(SQSClient, keys);
  return {
    SendMessage: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    ReceiveMessage: () => sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 })),
    DeleteMessage: () => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' })),
    GetQueueAttributes: () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })),
    SetQueueAttributes: () =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '30' } })),
    PurgeQueue: () => sqs.send(new PurgeQueueCommand({ QueueUrl })),
    DeleteQueue: () => sqs.send(new DeleteQueueCommand({ QueueUrl })),
  };
}

export function onFunction(t: Check, keys: Keys, FunctionName: string): Calls {
  const lambda = t.client(LambdaClient, keys);
  return {
    // Asks whether it may, and starts nothing.
    InvokeFunction: () => lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' })),
    UpdateFunctionConfiguration: () =>
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'x' })),
    DeleteFunction: () => lambda.send(new DeleteFunctionCommand({ FunctionName })),
  };
}

/** What is nobody's business here: to give oneself all rights, for instance. */
export function elsewhere(t: Check, { keys, role }: Hired): Calls {
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const own = { RoleName: role, PolicyName: 'own', PolicyDocument: JSON.stringify(everything) };
  return {
    'iam:PutRolePolicy': () => t.client(IAMClient, keys).send(new PutRolePolicyCommand(own)),
    's3:ListAllMyBuckets': () => t.client(S3Client, keys).send(new ListBucketsCommand({})),
  };
}
