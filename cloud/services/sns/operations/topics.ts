/** Topics. Mirrors https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html and its siblings. */
import type * as sns from '@aws-sdk/client-sns';
import type { Operation } from '../../../contract.ts';
import { assertArn, authorize, topicArn, topicOf } from '../access.ts';
import { invalidParameter, notBuilt } from '../errors.ts';
import type { Topic, Topics } from '../store.ts';
import { checkTopicAttribute, describeTopic, hasAttribute, withoutFifo } from '../topic-attributes.ts';
import { pageOf } from './page.ts';
import { hasTags, readTags } from './tags.ts';

const NAME = /^[\w-]{1,256}$/;

export const topicOperations = (topics: Topics) => {
  /** Whoever asks again for what is there gets its ARN. */
  const create: Operation<sns.CreateTopicCommandInput, sns.CreateTopicCommandOutput> = (input, call) => {
    const { Name: name = '' } = input;
    const arn = topicArn(call.region, call.accountId, name);
    const { fifo, others } = withoutFifo(input.Attributes ?? {});
    if (!NAME.test(fifo ? name.replace(/\.fifo$/, '') : name) || fifo !== name.endsWith('.fifo')) {
      throw invalidParameter('Topic Name');
    }
    if (input.DataProtectionPolicy) throw notBuilt('data protection policies are');
    if (fifo) throw notBuilt('FIFO topics are');
    const existing = topics.find(arn);
    authorize(call, arn, existing);
    const tags = readTags(input.Tags ?? []);
    for (const [attribute, value] of others) checkTopicAttribute(attribute, value, { among: true });
    if (existing) {
      if (!others.every((entry) => hasAttribute(existing, entry))) {
        throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
      }
      if (!hasTags(existing.tags, tags)) {
        throw invalidParameter('Tags Reason: Topic already exists with different tags');
      }
      return { TopicArn: arn };
    }
    const made: Topic = { accountId: call.accountId, name, arn, attributes: new Map(others), tags, deleted: 0 };
    topics.add(made);
    return { TopicArn: arn };
  };

  /** Deleting what is not there succeeds. */
  const remove: Operation<sns.DeleteTopicCommandInput, sns.DeleteTopicCommandOutput> = (input, call) => {
    const arn = assertArn(call, input.TopicArn, 'TopicArn');
    const topic = topics.find(arn);
    authorize(call, arn, topic);
    if (topic) topics.remove(topic);
    return {};
  };

  const get: Operation<sns.GetTopicAttributesCommandInput, sns.GetTopicAttributesCommandOutput> = (input, call) => {
    const topic = topicOf(topics, call, input.TopicArn);
    return { Attributes: describeTopic(topic, topics.subscriptionsOf(topic.arn).length) };
  };

  const set: Operation<sns.SetTopicAttributesCommandInput, sns.SetTopicAttributesCommandOutput> = (input, call) => {
    const topic = topicOf(topics, call, input.TopicArn);
    const { AttributeName: name = '', AttributeValue: value = '' } = input;
    checkTopicAttribute(name, value, { among: false });
    topic.attributes.set(name, value);
    return {};
  };

  const list: Operation<sns.ListTopicsCommandInput, sns.ListTopicsCommandOutput> = (input, call) => {
    authorize(call, topicArn(call.region, call.accountId, '*'));
    const { items, next } = pageOf(topics.list(call.accountId), ({ name }) => [name], input.NextToken, call);
    return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...next };
  };

  return {
    CreateTopic: create,
    DeleteTopic: remove,
    GetTopicAttributes: get,
    SetTopicAttributes: set,
    ListTopics: list,
  };
};
