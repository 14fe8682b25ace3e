/** AddPermission and RemovePermission: the older way to write statements of a topic's policy. Mirrors https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html */
import type * as sns from '@aws-sdk/client-sns';
import type { Operation } from '../../../contract.ts';
import type { Statement } from '../../../identity/policy.ts';
import { topicOf } from '../access.ts';
import { invalidParameter } from '../errors.ts';
import type { Topic, Topics } from '../store.ts';
import { policyOf } from '../topic-attributes.ts';

const ACTIONS = new Set([
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
  'Receive',
]);

interface Policy {
  readonly Statement: readonly Statement[];
}

const read = (topic: Topic): Policy => {
  const policy = JSON.parse(policyOf(topic)) as Policy;
  return { ...policy, Statement: [policy.Statement].flat() };
};

export const permissionOperations = (topics: Topics) => {
  const add: Operation<sns.AddPermissionCommandInput, sns.AddPermissionCommandOutput> = (input, call) => {
    const topic = topicOf(topics, call, input.TopicArn);
    const { Label: Sid = '', AWSAccountId: accounts = [], ActionName: actions = [] } = input;
    if (!actions.every((action) => ACTIONS.has(action))) {
      throw invalidParameter('Policy statement action out of service scope!');
    }
    const policy = read(topic);
    if (policy.Statement.some((one) => one.Sid === Sid)) throw invalidParameter('Statement already exists');
    const statement: Statement = {
      Sid,
      Effect: 'Allow',
      Principal: { AWS: oneOrMany(accounts.map((id) => `arn:aws:iam::${id}:root`)) },
      Action: oneOrMany(actions.map((action) => `SNS:${action}`)),
      Resource: topic.arn,
    };
    topic.attributes.set('Policy', JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] }));
    return {};
  };

  const remove: Operation<sns.RemovePermissionCommandInput, sns.RemovePermissionCommandOutput> = (input, call) => {
    const topic = topicOf(topics, call, input.TopicArn);
    const policy = read(topic);
    const Statement = policy.Statement.filter(({ Sid }) => Sid !== input.Label);
    topic.attributes.set('Policy', JSON.stringify({ ...policy, Statement }));
    return {};
  };

  return { AddPermission: add, RemovePermission: remove };
};

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? values[0]! : values;
