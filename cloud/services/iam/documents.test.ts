/** Policy documents as IAM and the services that have policies of their own take them: none is answered with a 500. */
import * as eb from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let QueueUrl: string | undefined;
let TopicArn: string | undefined;
beforeAll(async () => {
  t = await openTestCloud();
  await t.role('worker');
  await t.iam.send(new iam.CreateUserCommand({ UserName: 'ann' }));
  await t.s3.send(new CreateBucketCommand({ Bucket: 'inbox' }));
  ({ QueueUrl } = await t.sqs.send(new CreateQueueCommand({ QueueName: 'jobs' })));
  ({ TopicArn } = await t.sns.send(new CreateTopicCommand({ Name: 'news' })));
});
afterAll(() => t.close());

const good = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const inline = (kind: 'Role' | 'User', PolicyDocument: string, PolicyName = 'own') =>
  kind === 'Role'
    ? t.iam.send(new iam.PutRolePolicyCommand({ RoleName: 'worker', PolicyName, PolicyDocument }))
    : t.iam.send(new iam.PutUserPolicyCommand({ UserName: 'ann', PolicyName, PolicyDocument }));
const trust = (PolicyDocument: string) =>
  t.iam.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'worker', PolicyDocument }));
const managed = (PolicyName: string, PolicyDocument: string) =>
  t.iam.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument }));

const takers: Readonly<Record<string, readonly [put: (policy: string) => Promise<unknown>, code: string]>> = {
  'IAM, of a role': [(policy) => inline('Role', policy), 'MalformedPolicyDocumentException'],
  'IAM, of a user': [(policy) => inline('User', policy), 'MalformedPolicyDocumentException'],
  'IAM, managed': [(policy) => managed('odd', policy), 'MalformedPolicyDocumentException'],
  'IAM, a trust': [trust, 'MalformedPolicyDocumentException'],
  S3: [(Policy) => t.s3.send(new PutBucketPolicyCommand({ Bucket: 'inbox', Policy })), 'MalformedPolicy'],
  SQS: [
    (Policy) => t.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } })),
    'InvalidAttributeValue',
  ],
  SNS: [
    (AttributeValue) =>
      t.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue })),
    'InvalidParameterException',
  ],
  EventBridge: [(Policy) => t.events.send(new eb.PutPermissionCommand({ Policy })), 'ValidationException'],
};

describe.each(Object.keys(takers))('%s', (taker) => {
  const [put, code] = takers[taker]!;
  test.each([
    'null',
    '[]',
    '5',
    '{',
    '{"Statement":null}',
    '{"Statement":[null]}',
    '{"Statement":[[]]}',
    document({ ...good, Principal: '*', Action: 5 }),
    document({ ...good, Principal: '*', Resource: [null] }),
    document({ ...good, Principal: '*', Condition: { StringEquals: null } }),
    document({ ...good, Principal: '*', Condition: { StringEquals: { a: null } } }),
    document({ ...good, Principal: null }),
    document({ ...good, Principal: { AWS: [{}] } }),
    `{"__proto__":{},"Statement":[{"__proto__":null}]}`,
  ])('refuses %s', async (policy) => {
    expect(await refusal(put(policy))).toMatchObject({ name: code, status: 400 });
  });
});

test.each([
  [good, 'Missing required field Principal'],
  [{ ...good, Principal: '*' }, 'AssumeRole policy may only specify STS AssumeRole actions.'],
  [{ ...good, Principal: '*', Action: 'sts:AssumeRole' }, 'Has prohibited field Resource'],
  [
    { Effect: 'Deny', NotPrincipal: { AWS: '*' }, Action: 'sts:AssumeRole' },
    'AssumeRole policy must not contain NotPrincipal field.',
  ],
])('a trust of %j is refused', async (statement, message) => {
  expect(await refusal(trust(document(statement)))).toMatchObject({ message, status: 400 });
});

test('a document has to be there, in Latin letters', async () => {
  expect(await refusal(inline('Role', ''))).toMatchObject({ name: 'ValidationError', status: 400 });
  expect(await refusal(inline('Role', document({ ...good, Sid: '→' })))).toMatchObject({ name: 'ValidationError' });
});

test('a condition of EventBridge’s own is read too', async () => {
  const Condition = { Type: 'StringIs', Key: 'aws:PrincipalOrgID', Value: 'o-1' };
  const input = { StatementId: 'a', Action: 'events:PutEvents', Principal: '*', Condition };
  expect(await refusal(t.events.send(new eb.PutPermissionCommand(input)))).toMatchObject({
    name: 'ValidationException',
  });
});

describe('sizes, without white space', () => {
  /** A document of so many characters, and as many blanks. */
  const ofSize = (size: number, more: object = {}) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...good, Sid: '', ...more }] });
    return text.replace('"Sid":""', `"Sid":${' '.repeat(size)}"${'a'.repeat(size - text.length)}"`);
  };

  test.each([
    ['Role', 10_240, 'role worker'],
    ['User', 2048, 'user ann'],
  ] as const)('all inline policies of a %s have %i characters at most', async (kind, size, who) => {
    await inline(kind, ofSize(size - 200), 'own');
    await inline(kind, ofSize(size - 200), 'own');
    await inline(kind, ofSize(200), 'more');
    expect(await refusal(inline(kind, ofSize(201), 'more'))).toEqual({
      name: 'LimitExceededException',
      message: `Maximum policy size of ${size} bytes exceeded for ${who}`,
      status: 409,
    });
  });

  test('a managed policy has 6,144, a trust 2,048', async () => {
    await managed('largest', ofSize(6144));
    expect(await refusal(managed('larger', ofSize(6145)))).toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PolicySize: 6144',
      status: 409,
    });
    const more = { Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole', Resource: undefined };
    await trust(ofSize(2048, more));
    expect(await refusal(trust(ofSize(2049, more)))).toMatchObject({
      message: 'Cannot exceed quota for ACLSizePerRole: 2048',
      status: 409,
    });
  });

  test('a role and a user have ten managed policies at most', async () => {
    const arns = await Promise.all(
      Array.from({ length: 11 }, async (_, at) => (await managed(`many${at}`, document(good))).Policy!.Arn!),
    );
    const attach = {
      PoliciesPerRole: (PolicyArn: string) =>
        t.iam.send(new iam.AttachRolePolicyCommand({ RoleName: 'worker', PolicyArn })),
      PoliciesPerUser: (PolicyArn: string) =>
        t.iam.send(new iam.AttachUserPolicyCommand({ UserName: 'ann', PolicyArn })),
    };
    for (const [quota, to] of Object.entries(attach)) {
      for (const arn of [...arns.slice(0, 10), arns[0]!]) await to(arn);
      expect(await refusal(to(arns[10]!))).toEqual({
        name: 'LimitExceededException',
        message: `Cannot exceed quota for ${quota}: 10`,
        status: 409,
      });
    }
  });
});

test('nothing of all this was a mistake of the cloud’s', async () => {
  expect(t.cloud.internalErrors).toEqual([]);
  expect((await t.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(t.accountId);
});
