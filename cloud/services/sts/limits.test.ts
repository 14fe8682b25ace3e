/** How much a session may be given. */
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let RoleArn: string;
beforeAll(async () => {
  t = await openTestCloud();
  const trust = { Effect: 'Allow', Principal: { AWS: t.accountId }, Action: ['sts:AssumeRole', 'sts:TagSession'] };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  RoleArn = (await t.iam.send(new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument }))).Role!.Arn!;
});
afterAll(() => t.close());

const tag = (Key: string, Value = 'value') => ({ Key, Value });
const assume = (more: Partial<AssumeRoleCommandInput>) =>
  t.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }));

test.each<[string, Partial<AssumeRoleCommandInput>, string, string?]>([
  [
    'more than fifty tags',
    { Tags: Array.from({ length: 51 }, (_, index) => tag(`k${index}`)) },
    "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
  ],
  [
    'a key of 129 letters',
    { Tags: [tag('a'), tag('k'.repeat(129))] },
    `1 validation error detected: Value '${'k'.repeat(129)}' at 'tags.2.member.key' failed to satisfy constraint: Member must have length less than or equal to 128`,
  ],
  [
    'a value of 257 letters',
    { Tags: [tag('a', 'v'.repeat(257))] },
    `1 validation error detected: Value '${'v'.repeat(257)}' at 'tags.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 256`,
  ],
  [
    'letters that no tag has',
    { Tags: [tag('a*')] },
    "1 validation error detected: Value 'a*' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]+",
  ],
  [
    'a key of AWS',
    { Tags: [tag('AWS:team')] },
    'Tag keys that begin with aws: are reserved for internal use.',
    'InvalidParameterValue',
  ],
  [
    'a policy of more than 2,048 letters',
    { Policy: ' '.repeat(2049) },
    `1 validation error detected: Value '${' '.repeat(2049)}' at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048`,
  ],
  [
    'eleven managed policies',
    { PolicyArns: Array.from({ length: 11 }, () => ({ arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' })) },
    "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10",
  ],
])('refuses %s', async (_, more, message, name = 'ValidationError') => {
  expect(await refusal(assume(more))).toEqual({ name, message, status: 400 });
});

test('takes tags and a policy up to their limits', async () => {
  const Tags = Array.from({ length: 50 }, (_, index) => tag(`${index}`.padStart(128, 'k'), 'v'.repeat(256)));
  const Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement }).padEnd(2048);
  await assume({ Tags, Policy });
});
