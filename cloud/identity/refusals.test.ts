/**
 * Whose signature does not hold is refused in the terms of the protocol: on the wire, as clients of all languages see it.
 * The codes and statuses are AWS's, as its documentation and what it has answered to others tell them; see refusals.ts.
 */
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, rawAnswer, type TestCloud } from '../testing.ts';

let t: TestCloud;
let session: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
let outlived: typeof session;
beforeAll(async () => {
  t = await openTestCloud();
  const role = await t.role('worker');
  const mint = (seconds: number) => {
    const { accessKeyId, secretAccessKey, sessionToken } = t.cloud.identity.mintSession(role, 'test', seconds);
    return { accessKeyId, secretAccessKey, sessionToken: sessionToken! };
  };
  outlived = mint(900);
  await t.cloud.clock.advance(901_000);
  session = mint(3600);
});
afterAll(() => t.close());

type As = ReturnType<TestCloud['as']>;
const calls = {
  JSON: (as: As) => rawAnswer(as.dynamodb, new ListTablesCommand({})),
  'JSON that was Query': (as: As) => rawAnswer(as.sqs, new ListQueuesCommand({})),
  Query: (as: As) => rawAnswer(as.sts, new GetCallerIdentityCommand({})),
  'EC2 Query': async (as: As) => rawAnswer(await as.ec2(), new DescribeInstancesCommand({})),
  'REST-JSON': (as: As) => rawAnswer(as.lambda, new ListFunctionsCommand({})),
  'REST-XML': (as: As) => rawAnswer(as.s3, new GetObjectCommand({ Bucket: 'b', Key: 'k' })),
};
type Protocol = keyof typeof calls;

const INVALID = 'The security token included in the request is invalid.';
const EXPIRED = 'The security token included in the request is expired';
const MISMATCH = 'The request signature we calculated does not match the signature you provided.';
const SECRET = `${MISMATCH} Check your AWS Secret Access Key and signing method. Consult the service documentation for details.`;
const NOT_VALIDATED = 'AWS was not able to validate the provided access credentials';

const wrongs: Readonly<Record<string, () => Parameters<TestCloud['as']>[0]>> = {
  'an unknown key': () => ({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }),
  'a wrong secret': () => ({ ...session, secretAccessKey: 'guess' }),
  'a foreign token': () => ({ ...session, sessionToken: outlived.sessionToken }),
  'no token': () => ({ accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey }),
  'a token one second after its end': () => outlived,
};

/** Code and message, from the body of an answer. */
function read(protocol: Protocol, { headers, body }: Awaited<ReturnType<typeof rawAnswer>>): [string, string] {
  if (!protocol.includes('JSON')) {
    const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '';
    return [of('Code'), of('Message')];
  }
  const { __type, message, Message } = JSON.parse(body) as Record<string, string>;
  expect(headers.get('x-amzn-errortype')).toBe(__type);
  return [__type!, message ?? Message!];
}

describe.each<[wrong: string, ...(readonly [Protocol, number, string, string])[]]>([
  [
    'an unknown key',
    ['JSON', 400, 'UnrecognizedClientException', INVALID],
    ['JSON that was Query', 403, 'UnrecognizedClientException', INVALID],
    ['Query', 403, 'InvalidClientTokenId', INVALID],
    ['EC2 Query', 401, 'AuthFailure', NOT_VALIDATED],
    ['REST-JSON', 403, 'UnrecognizedClientException', INVALID],
    ['REST-XML', 403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  ],
  [
    'a wrong secret',
    ['JSON', 400, 'InvalidSignatureException', SECRET],
    ['JSON that was Query', 403, 'InvalidSignatureException', SECRET],
    ['Query', 403, 'SignatureDoesNotMatch', SECRET],
    ['EC2 Query', 401, 'AuthFailure', NOT_VALIDATED],
    ['REST-JSON', 403, 'InvalidSignatureException', SECRET],
    ['REST-XML', 403, 'SignatureDoesNotMatch', `${MISMATCH} Check your key and signing method.`],
  ],
  [
    'a foreign token',
    ['JSON', 400, 'UnrecognizedClientException', INVALID],
    ['JSON that was Query', 403, 'UnrecognizedClientException', INVALID],
    ['Query', 403, 'InvalidClientTokenId', INVALID],
    ['EC2 Query', 401, 'AuthFailure', NOT_VALIDATED],
    ['REST-JSON', 403, 'UnrecognizedClientException', INVALID],
    ['REST-XML', 400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'],
  ],
  [
    'no token',
    ['JSON', 400, 'UnrecognizedClientException', INVALID],
    ['Query', 403, 'InvalidClientTokenId', INVALID],
    ['EC2 Query', 401, 'AuthFailure', NOT_VALIDATED],
    ['REST-XML', 403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  ],
  [
    'a token one second after its end',
    ['JSON', 400, 'ExpiredTokenException', EXPIRED],
    ['JSON that was Query', 403, 'ExpiredTokenException', EXPIRED],
    ['Query', 403, 'ExpiredToken', EXPIRED],
    ['EC2 Query', 400, 'RequestExpired', 'Request has expired.'],
    ['REST-JSON', 403, 'ExpiredTokenException', EXPIRED],
    ['REST-XML', 400, 'ExpiredToken', 'The provided token has expired.'],
  ],
])('%s', (wrong, ...rows) => {
  test.each(rows)('by %s is answered %i %s', async (protocol, status, code, message) => {
    const answer = await calls[protocol](t.as(wrongs[wrong]!()));
    expect(read(protocol, answer)).toEqual([code, message]);
    expect(answer.status).toBe(status);
  });
});

test('what has come from Query to JSON tells Query’s code in a header', async () => {
  const told = async (wrong: string) =>
    (await calls['JSON that was Query'](t.as(wrongs[wrong]!()))).headers.get('x-amzn-query-error');
  expect(await told('an unknown key')).toBe('InvalidClientTokenId;Sender');
  expect(await told('a wrong secret')).toBe('SignatureDoesNotMatch;Sender');
  expect(await told('a token one second after its end')).toBe('ExpiredToken;Sender');
});

test('the session itself is taken on every protocol', async () => {
  const names = await Promise.all(Object.values(calls).map(async (call) => (await call(t.as(session))).body));
  for (const body of names) expect(body).not.toMatch(/Token|Client|Signature|AuthFailure|Expired|AccessKey/);
});
