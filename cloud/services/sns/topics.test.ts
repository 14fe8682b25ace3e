/** Topics, their attributes, tags and permissions; subscriptions and theirs. */
import * as api from '@aws-sdk/client-sns';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { fresh, pair, queue, subscribe, t, topic, useCloud } from './testing.ts';

useCloud();

const attributesOf = async (TopicArn: string) =>
  (await t.sns.send(new api.GetTopicAttributesCommand({ TopicArn }))).Attributes!;
const set = (TopicArn: string, AttributeName: string, AttributeValue: string) =>
  t.sns.send(new api.SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
const tagsOf = async (ResourceArn: string) =>
  (await t.sns.send(new api.ListTagsForResourceCommand({ ResourceArn }))).Tags;

const retries = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};

describe('a topic', () => {
  test('is created once, whoever asks again', async () => {
    const Name = fresh('same');
    const arn = await topic({ Name, Attributes: { DisplayName: 'one' }, Tags: [{ Key: 'a', Value: '1' }] });
    expect(arn).toBe(`arn:aws:sns:us-east-1:${t.accountId}:${Name}`);
    expect(await topic({ Name })).toBe(arn);
    expect(await topic({ Name, Attributes: { DisplayName: 'one' }, Tags: [{ Key: 'a', Value: '1' }] })).toBe(arn);
    await set(arn, 'DisplayName', 'two');
    expect(await topic({ Name, Attributes: { DisplayName: 'two' } })).toBe(arn);
  });

  test('is the one meant whoever names some of its tags, or none (recorded: test_create_duplicate_topic_check_idempotency)', async () => {
    const Name = fresh('tagged');
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    const arn = await topic({ Name, Tags });
    for (const some of [Tags, Tags.slice(1), []]) expect(await topic({ Name, Tags: some })).toBe(arn);
  });

  test('tells its attributes as AWS does', async () => {
    const arn = await topic();
    const { Policy, EffectiveDeliveryPolicy, ...others } = await attributesOf(arn);
    expect(others).toEqual({
      DisplayName: '',
      Owner: t.accountId,
      SubscriptionsConfirmed: '0',
      SubscriptionsDeleted: '0',
      SubscriptionsPending: '0',
      TopicArn: arn,
    });
    expect(JSON.parse(EffectiveDeliveryPolicy!)).toEqual({
      http: {
        defaultHealthyRetryPolicy: retries,
        disableSubscriptionOverrides: false,
        defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
      },
    });
    expect(JSON.parse(Policy!)).toMatchObject({
      Version: '2008-10-17',
      Id: '__default_policy_ID',
      Statement: [{ Principal: { AWS: '*' }, Condition: { StringEquals: { 'AWS:SourceOwner': t.accountId } } }],
    });
  });

  test('has a delivery policy, of which what is not told is as ever', async () => {
    const arn = await topic();
    const policy = { http: { defaultHealthyRetryPolicy: { minDelayTarget: 5, maxDelayTarget: 6, numRetries: 1 } } };
    await set(arn, 'DeliveryPolicy', JSON.stringify(policy));
    const seen = await attributesOf(arn);
    expect(JSON.parse(seen.DeliveryPolicy!)).toEqual({ http: { ...policy.http, disableSubscriptionOverrides: false } });
    expect(JSON.parse(seen.EffectiveDeliveryPolicy!).http.defaultHealthyRetryPolicy).toEqual({
      ...retries,
      ...policy.http.defaultHealthyRetryPolicy,
    });
    await set(arn, 'DeliveryPolicy', '');
    expect(await attributesOf(arn)).not.toHaveProperty('DeliveryPolicy');
  });

  test('is deleted, again and again, and its subscriptions with it', async () => {
    const { topicArn: TopicArn, subscription } = await pair();
    for (let time = 0; time < 2; time++) await t.sns.send(new api.DeleteTopicCommand({ TopicArn }));
    expect(await refusal(attributesOf(TopicArn))).toMatchObject({ name: 'NotFoundException', status: 404 });
    const { Subscriptions = [] } = await t.sns.send(new api.ListSubscriptionsCommand({}));
    expect(Subscriptions.map(({ SubscriptionArn }) => SubscriptionArn)).not.toContain(subscription);
  });

  test('is listed, a hundred at a time', async () => {
    const other = t.as(t.cloud.identity.rootCredentials('999988887777'));
    for (let nth = 0; nth < 101; nth++) await other.sns.send(new api.CreateTopicCommand({ Name: `many-${nth}` }));
    const first = await other.sns.send(new api.ListTopicsCommand({}));
    const second = await other.sns.send(new api.ListTopicsCommand({ NextToken: first.NextToken }));
    expect([first.Topics!.length, second.Topics!.length, second.NextToken]).toEqual([100, 1, undefined]);
  });

  test('has tags', async () => {
    const arn = await topic({
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await t.sns.send(new api.UntagResourceCommand({ ResourceArn: arn, TagKeys: ['a'] }));
    await t.sns.send(new api.TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: 'b', Value: '3' }] }));
    expect(await tagsOf(arn)).toEqual([{ Key: 'b', Value: '3' }]);
  });

  test('lets others in by a policy, or by a permission', async () => {
    const TopicArn = await topic();
    const other = t.as(t.cloud.identity.rootCredentials('999988887777'));
    const publish = () => other.sns.send(new api.PublishCommand({ TopicArn, Message: 'x' }));
    expect(await refusal(publish())).toMatchObject({ name: 'AuthorizationErrorException', status: 403 });
    await t.sns.send(
      new api.AddPermissionCommand({
        TopicArn,
        Label: 'other',
        AWSAccountId: ['999988887777'],
        ActionName: ['Publish'],
      }),
    );
    expect((await publish()).MessageId).toMatch(/^[\w-]{36}$/);
    const { Statement } = JSON.parse((await attributesOf(TopicArn)).Policy!) as { Statement: object[] };
    expect(Statement[1]).toEqual({
      Sid: 'other',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::999988887777:root' },
      Action: 'SNS:Publish',
      Resource: TopicArn,
    });
    await t.sns.send(new api.RemovePermissionCommand({ TopicArn, Label: 'other' }));
    expect(await refusal(publish())).toMatchObject({ status: 403 });
  });

  test('is published to by who may: its own account’s roles too', async () => {
    const TopicArn = await topic();
    const as = async (...statements: Parameters<typeof t.role>[1][]) => {
      const role = await t.role(fresh('publisher'), ...statements);
      const { expiration: _, ...keys } = t.cloud.identity.mintSession(role, 'session', 3600);
      return t.as(keys);
    };
    const none = await as();
    expect(await refusal(none.sns.send(new api.PublishCommand({ TopicArn, Message: 'x' })))).toEqual({
      name: 'AuthorizationErrorException',
      status: 403,
      message: expect.stringMatching(
        new RegExp(
          `^User: arn:aws:sts::${t.accountId}:assumed-role/publisher-\\d+/session is not authorized to perform: SNS:Publish on resource: ${TopicArn} because no identity-based policy allows the SNS:Publish action$`,
        ),
      ),
    });
    const some = await as({ Effect: 'Allow', Action: 'sns:Publish', Resource: TopicArn });
    await some.sns.send(new api.PublishCommand({ TopicArn, Message: 'x' }));
  });
});

describe('a subscription', () => {
  test('is made once, told, changed and ended', async () => {
    const topicArn = await topic();
    const { arn: endpoint } = await queue();
    const arn = await subscribe(topicArn, endpoint, { RawMessageDelivery: 'true' });
    expect(arn).toMatch(new RegExp(`^${topicArn}:[\\w-]{36}$`));
    // Recorded: test_subscribe_idempotency.
    const sames: Record<string, string>[] = [
      {},
      { RawMessageDelivery: 'true' },
      { RawMessageDelivery: 'True', FilterPolicyScope: 'MessageAttributes' },
      { FilterPolicyScope: 'MessageAttributes' },
    ];
    for (const same of sames) expect(await subscribe(topicArn, endpoint, same)).toBe(arn);
    const attributes = async () =>
      (await t.sns.send(new api.GetSubscriptionAttributesCommand({ SubscriptionArn: arn }))).Attributes;
    const told = {
      ConfirmationWasAuthenticated: 'true',
      Endpoint: endpoint,
      Owner: t.accountId,
      PendingConfirmation: 'false',
      Protocol: 'sqs',
      RawMessageDelivery: 'true',
      SubscriptionArn: arn,
      SubscriptionPrincipal: `arn:aws:iam::${t.accountId}:root`,
      TopicArn: topicArn,
    };
    expect(await attributes()).toEqual(told);
    const FilterPolicy = '{"kind":["a"]}';
    await t.sns.send(
      new api.SetSubscriptionAttributesCommand({
        SubscriptionArn: arn,
        AttributeName: 'FilterPolicy',
        AttributeValue: FilterPolicy,
      }),
    );
    expect(await attributes()).toEqual({ ...told, FilterPolicy, FilterPolicyScope: 'MessageAttributes' });
    const listed = {
      SubscriptionArn: arn,
      Owner: t.accountId,
      Protocol: 'sqs',
      Endpoint: endpoint,
      TopicArn: topicArn,
    };
    const { Subscriptions } = await t.sns.send(new api.ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    expect(Subscriptions).toEqual([listed]);
    for (let time = 0; time < 2; time++) await t.sns.send(new api.UnsubscribeCommand({ SubscriptionArn: arn }));
    expect(await refusal(attributes())).toMatchObject({
      name: 'NotFoundException',
      message: 'Subscription does not exist',
    });
    const { Attributes } = await t.sns.send(new api.GetTopicAttributesCommand({ TopicArn: topicArn }));
    expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '0', SubscriptionsDeleted: '1' });
  });

  test('may have a nested filter once it is one on bodies', async () => {
    const { subscription: SubscriptionArn } = await pair();
    const change = (AttributeName: string, AttributeValue: string) =>
      t.sns.send(new api.SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
    const FilterPolicy = '{"user":{"country":["at"]}}';
    await change('FilterPolicyScope', 'MessageBody');
    await change('FilterPolicy', FilterPolicy);
    const { Attributes } = await t.sns.send(new api.GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({ FilterPolicy, FilterPolicyScope: 'MessageBody' });
    expect(await refusal(change('FilterPolicyScope', 'MessageAttributes'))).toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('does not support nested filter policy'),
    });
  });

  test('may name a queue that is not there', async () => {
    await subscribe(await topic(), `arn:aws:sqs:us-east-1:${t.accountId}:nowhere`);
  });
});
