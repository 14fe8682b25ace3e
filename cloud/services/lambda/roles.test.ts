/** The roles of functions: who may give them. */
import * as api from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import type { Statement } from '../../identity/policy.ts';
import { refusal } from '../../testing.ts';
import { create, role, useFunction } from './function-testing.ts';
import { fresh, t } from './testing.ts';

useFunction();

test('who gives a function its role may pass it, to Lambda', async () => {
  const mayPass = async (service: string) => {
    const statements: Statement[] = [
      { Effect: 'Allow', Action: ['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: role,
        Condition: { StringEquals: { 'iam:PassedToService': service } },
      },
    ];
    const { expiration: _, ...credentials } = t.cloud.identity.mintSession(
      await t.role(fresh('deployer'), ...statements),
      's',
      900,
    );
    return t.as(credentials).lambda;
  };
  const refused = {
    name: 'AccessDeniedException',
    status: 403,
    message: expect.stringMatching(/^User: arn:aws:sts:.* is not authorized to perform: iam:PassRole on resource: /),
  };
  const [deployer, other] = [await mayPass('lambda.amazonaws.com'), await mayPass('events.amazonaws.com')];
  const FunctionName = (await create({}, deployer)).FunctionName!;
  expect(await refusal(create({}, other))).toEqual(refused);
  await t.cloud.clock.advance(1000);
  const update = (more: object, client: api.LambdaClient) =>
    client.send(new api.UpdateFunctionConfigurationCommand({ FunctionName, ...more }));
  expect(await refusal(update({ Role: role }, other))).toEqual(refused);
  await update({ Description: 'its role stays' }, other);
  await t.cloud.clock.advance(1000);
  await update({ Role: role }, deployer);
});

test('a role of another account is nobody’s to pass', async () => {
  expect(await refusal(create({ Role: 'arn:aws:iam::444455556666:role/theirs' }))).toEqual({
    name: 'AccessDeniedException',
    status: 403,
    message: 'Cross-account pass role is not allowed.',
  });
});
