/**
 * AddPermission and RemovePermission: the older way to write statements of a queue's policy.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
 */
import type {
  AddPermissionCommandInput,
  AddPermissionCommandOutput,
  RemovePermissionCommandInput,
  RemovePermissionCommandOutput,
} from '@aws-sdk/client-sqs';
import type { Operation } from '../../../contract.ts';
import { queueOf } from '../access.ts';
import { mergeAttributes } from '../attributes.ts';
import { invalidValue, missingParameter } from '../errors.ts';
import type { Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';

interface Statement {
  readonly Sid?: string;
  readonly [member: string]: unknown;
}

interface Policy {
  readonly Version: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

export const addPermission =
  (queues: Queues): Operation<AddPermissionCommandInput, AddPermissionCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'AddPermission');
    const { Label, AWSAccountIds = [], Actions = [] } = input;
    if (!Label) throw missingParameter('Label');
    if (AWSAccountIds.length === 0) throw missingParameter('AWSAccountIds');
    if (Actions.length === 0) throw missingParameter('Actions');
    const policy = policyOf(queue);
    if (policy.Statement.some(({ Sid }) => Sid === Label)) throw invalidValue(Label, 'Label', 'Already exists.');
    const statement = {
      Sid: Label,
      Effect: 'Allow',
      Principal: { AWS: oneOrMany(AWSAccountIds.map((id) => `arn:aws:iam::${id}:root`)) },
      Action: oneOrMany(Actions.map((action) => `SQS:${action}`)),
      Resource: queue.arn,
    };
    write(queue, { ...policy, Statement: [...policy.Statement, statement] }, call.core.clock.now());
    return {};
  };

export const removePermission =
  (queues: Queues): Operation<RemovePermissionCommandInput, RemovePermissionCommandOutput> =>
  (input, call) => {
    const queue = queueOf(queues, call, input.QueueUrl, 'RemovePermission');
    const { Label } = input;
    if (!Label) throw missingParameter('Label');
    const policy = policyOf(queue);
    const left = policy.Statement.filter(({ Sid }) => Sid !== Label);
    if (left.length === policy.Statement.length) throw invalidValue(Label, 'Label', "can't find label.");
    write(queue, { ...policy, Statement: left }, call.core.clock.now());
    return {};
  };

function policyOf(queue: Queue): Policy {
  const empty: Policy = { Version: '2008-10-17', Id: `${queue.arn}/SQSDefaultPolicy`, Statement: [] };
  if (!queue.attributes.Policy) return empty;
  const policy: Policy = { ...empty, ...(JSON.parse(queue.attributes.Policy) as object) };
  return { ...policy, Statement: [policy.Statement].flat() };
}

function write(queue: Queue, policy: Policy, now: number): void {
  const text = policy.Statement.length > 0 ? JSON.stringify(policy) : '';
  queue.set(mergeAttributes(queue.attributes, { Policy: text }), now);
}

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? values[0]! : values;
