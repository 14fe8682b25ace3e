import { expect, test } from 'vitest';
import { parsePolicy } from './policy.ts';

const good = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const one = (more: object) => ({ Statement: [{ ...good, ...more }] });
const SYNTAX = 'Invalid policy syntax.';

test.each<[document: unknown, message: string]>([
  ['', 'This policy contains invalid Json'],
  ['{', 'This policy contains invalid Json'],
  ['[]', 'This policy contains invalid Json'],
  [{}, 'Missing required field Statement'],
  [{ Statement: [] }, 'Could not parse the policy: Statement is empty!'],
  [{ Statement: [null] }, SYNTAX],
  [{ Statement: 5 }, SYNTAX],
  [{ Version: '2013-10-17', Statement: [good] }, 'The policy must contain a valid version string'],
  [{ Statement: [good], More: 1 }, 'Unknown field More'],
  [one({ More: 1 }), 'Unknown field More'],
  [one({ Effect: undefined }), 'Missing required field Effect'],
  [one({ Effect: 'Perhaps' }), 'Invalid effect: Perhaps'],
  [one({ Effect: 5 }), SYNTAX],
  [one({ Action: undefined }), 'Missing required field Action'],
  [one({ Action: 5 }), SYNTAX],
  [one({ Resource: [null] }), SYNTAX],
  [one({ Principal: undefined }), 'Missing required field Principal'],
  [one({ Principal: {} }), 'Missing required field Principal cannot be empty!'],
  [one({ Principal: 'me' }), SYNTAX],
  [one({ Principal: { AWS: [5] } }), SYNTAX],
  [one({ Principal: { Me: 'me' } }), 'Invalid principal in policy: "Me":"me"'],
  [one({ Principal: undefined, NotPrincipal: { AWS: '1' } }), 'Allow with NotPrincipal is not allowed.'],
  [one({ Condition: { StringEquals: null } }), SYNTAX],
  [one({ Condition: { StringIs: { a: 'b' } } }), SYNTAX],
  [one({ Condition: { StringEquals: { a: [{}] } } }), SYNTAX],
  [
    {
      Statement: [
        { ...good, Sid: 'a' },
        { ...good, Sid: 'a' },
      ],
    },
    'The Statement Ids in the policy are not unique',
  ],
])('%j', (document, message) => {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument', message }));
});

test('one statement alone needs no list', () => {
  expect(parsePolicy(JSON.stringify({ Statement: good })).Statement).toEqual([good]);
});
