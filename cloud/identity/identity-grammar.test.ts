/** Documents and AWS's words for them as moto's tests record them: tests/test_iam/test_iam_policies.py of https://github.com/getmoto/moto */
import { expect, test } from 'vitest';
import { refusal } from '../testing.ts';
import { assertIdentityPolicy } from './identity-grammar.ts';

const SYNTAX = 'Syntax errors in policy.';
const VERSION = 'Policy document must be version 2012-10-17 or greater.';
const LEGACY = 'The policy failed legacy parsing';
const ACTIONS = 'Policy statement must contain actions.';
const RESOURCES = 'Policy statement must contain resources.';
const VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
const COLON = 'Actions/Condition can contain only one colon.';

const ARN = 'arn:aws:s3:::inbox';
const good = { Effect: 'Allow', Action: 's3:ListBucket', Resource: ARN };
const document = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
const one = (more: object) => document({ ...good, ...more });
const without = (name: 'Effect' | 'Action' | 'Resource', more: object = {}) => {
  const { [name]: _, ...rest } = good;
  return document({ ...rest, ...more });
};
const when = (Condition: unknown) => one({ Condition });

const check = async (given: unknown) =>
  await refusal((async () => assertIdentityPolicy(typeof given === 'string' ? given : JSON.stringify(given)))());

test.each<[document: unknown, message: string]>([
  ['no JSON', SYNTAX],
  ['', SYNTAX],
  [null, SYNTAX],
  [[], SYNTAX],
  [5, SYNTAX],
  [{ Version: '2012-10-17' }, SYNTAX],
  [{ Version: '2013-10-17', Statement: good }, SYNTAX],
  [{ Version: 5, Statement: good }, SYNTAX],
  [{ Statement: good }, VERSION],
  [{ Version: '2008-10-17', Statement: good }, VERSION],
  [{ ...document(good), Extra: 'x' }, SYNTAX],
  [{ ...document(good), Id: {} }, SYNTAX],
  [document(), SYNTAX],
  [document(null), SYNTAX],
  [document('text'), SYNTAX],
  [document([good]), SYNTAX],
  [{ ...document(), Statement: null }, SYNTAX],
  [one({ Extra: 'x' }), SYNTAX],
  [one({ Sid: {} }), SYNTAX],
  [one({ Effect: 'Perhaps' }), SYNTAX],
  [one({ Effect: 'allow' }), LEGACY],
  [without('Effect'), SYNTAX],
  [one({ Action: 5 }), SYNTAX],
  [one({ Action: [[]] }), SYNTAX],
  [one({ Action: {} }), SYNTAX],
  [one({ NotAction: 's3:GetObject' }), SYNTAX],
  [one({ Action: [] }), ACTIONS],
  [without('Action'), ACTIONS],
  [document({ Effect: 'Allow' }), ACTIONS],
  [one({ Action: 'invalid' }), VENDOR],
  [one({ Action: '' }), VENDOR],
  [one({ Action: 'a a:ListBucket' }), 'Vendor a a is not valid'],
  [one({ Action: 's3:List:Bucket' }), COLON],
  [one({ Resource: [null] }), SYNTAX],
  [one({ Resource: { a: ARN } }), SYNTAX],
  [one({ NotResource: [] }), SYNTAX],
  [without('Resource'), RESOURCES],
  [one({ Resource: [] }), RESOURCES],
  [without('Resource', { Action: 'invalid' }), VENDOR],
  [one({ Resource: 'mybucket' }), 'Resource mybucket must be in ARN format or "*".'],
  [one({ Resource: '' }), 'Resource  must be in ARN format or "*".'],
  [one({ Action: 's:3:x', Resource: 'here' }), 'Resource here must be in ARN format or "*".'],
  [one({ Resource: 'a:b' }), 'Partition "b" is not valid for resource "arn:b:*:*:*:*".'],
  [one({ Resource: 'a:b:c:d:e:f:g:h' }), 'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".'],
  [one({ Resource: 'aws:s3:::inbox' }), 'Partition "s3" is not valid for resource "arn:s3:::inbox:*".'],
  [one({ Resource: 'arn:aws' }), 'Resource vendor must be fully qualified and cannot contain regexes.'],
  [one({ Resource: 'arn:aws:s3::inbox' }), LEGACY],
  [one({ Resource: 'arn:aws::inbox' }), LEGACY],
  [without('Action', { Resource: 'arn:aws:s3::inbox' }), LEGACY],
  [
    one({ Resource: 'arn:aws:s3:us-east-1::inbox' }),
    'Resource arn:aws:s3:us-east-1::inbox can not contain region information.',
  ],
  [
    one({ Resource: 'arn:aws:iam:us-east-1::inbox' }),
    'IAM resource arn:aws:iam:us-east-1::inbox cannot contain region information.',
  ],
  [
    one({ Resource: 'arn:aws:iam:::inbox' }),
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
  ],
  [one({ Principal: '*' }), 'Policy document should not specify a principal.'],
  [when([]), SYNTAX],
  [when('a'), SYNTAX],
  [when({ StringEquals: null }), SYNTAX],
  [when({ DateGreaterThan: 'b' }), SYNTAX],
  [when({ DateGreaterThan: { a: {} } }), SYNTAX],
  [when({ x: { a: '1' } }), SYNTAX],
  [when({ constructor: { a: '1' } }), SYNTAX],
  [when({ 'ForAnyValue::StringEqualsIfExists': { a: 'b' } }), SYNTAX],
  [when({ DateGreaterThan: { a: 'yesterday' } }), LEGACY],
  [when({ DateLessThanEquals: { a: '234-13' } }), LEGACY],
  [when({ DateLessThanEquals: { a: '2016-12-13t02:00:00.593194+1' } }), LEGACY],
  [when({ DateLessThan: { a: '9223372036854775808' } }), LEGACY],
  [
    document({ ...good, Sid: 'a' }, { Effect: 'Allow', Sid: 'a' }),
    'Statement IDs (SID) in a single policy must be unique.',
  ],
  [
    one({ Sid: 'a b' }),
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ],
])('%j', async (given, message) => {
  expect(await check(given)).toMatchObject({ name: 'MalformedPolicyDocument', message });
});

test.each<[document: unknown]>([
  [one({})],
  [{ Version: '2012-10-17', Id: 'x', Statement: good }],
  [one({ Action: '*', Resource: '*' })],
  [one({ Action: ['s3:*', 'service-prefix:x'], Resource: [ARN, '*'] })],
  [one({ Resource: ['arn:aws:fdsasf', 'arn:aws:iam:::user/ann', 'arn:aws:iam::aws:policy/x', 'arn:aws-cn:s3:::x'] })],
  [one({ Resource: 'arn:aws:s3:us-east-1:123456789012:accesspoint/x' })],
  [one({ Resource: `arn:aws:s3:::inbox/\${aws:username}/*` })],
  [document({ ...good, Sid: '' }, { ...good, Sid: '' })],
  [when({})],
  [when({ a: {} })],
  [when({ DateGreaterThan: { a: [] } })],
  [when({ DateGreaterThan: { 'aws:CurrentTime': ['2017-07-01T00:00:00Z', '2017', '1500000000'] } })],
  [when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'x' }, Bool: { b: true }, NumericEquals: { n: 5 } })],
])('%j is taken', (given) => {
  expect(() => assertIdentityPolicy(JSON.stringify(given))).not.toThrow();
});
