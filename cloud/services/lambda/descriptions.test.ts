/** What Lambda tells of functions: revisions, lists, tags. */
import * as api from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { arn, create, forbid, get, name, permit, policy, tag, useFunction } from './function-testing.ts';
import { t } from './testing.ts';

useFunction();

test('a revision changes with state, code, versions and policy, and an old one is refused', async () => {
  const made = await create();
  const FunctionName = made.FunctionName!;
  const revision = async () => (await get(FunctionName)).Configuration!.RevisionId;
  await t.cloud.clock.advance(1000);
  const active = await revision();
  expect(active).not.toBe(made.RevisionId);
  const old = { FunctionName, RevisionId: made.RevisionId };
  const message =
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id';
  const refused = { name: 'PreconditionFailedException', status: 412, message };
  expect(await refusal(t.lambda.send(new api.PublishVersionCommand(old)))).toEqual(refused);
  // Recorded: test_function_revisions_permissions.
  expect(await refusal(permit(old))).toMatchObject({ message: expect.stringContaining('Call the GetPolicy API') });
  await permit({ FunctionName, RevisionId: active });
  const permitted = (await policy(FunctionName)).RevisionId;
  expect(permitted).not.toBe(active);
  expect(permitted).toBe(await revision());
  expect(await refusal(forbid(old))).toEqual(refused);
  await t.lambda.send(new api.PublishVersionCommand({ FunctionName, RevisionId: await revision() }));
  expect(await revision()).not.toBe(permitted);
  // The policy is as it was (recorded: test_lambda_permission_fn_versioning).
  expect((await policy(FunctionName)).RevisionId).toBe(permitted);
  await forbid({ FunctionName, RevisionId: permitted });
});

test('lists leave out what has to be looked up', async () => {
  const { Versions } = await t.lambda.send(new api.ListVersionsByFunctionCommand({ FunctionName: name }));
  expect(Versions!.map(({ Version }) => Version)).toEqual(['$LATEST', '1']);
  for (const version of Versions!) {
    expect(version).toMatchObject({ FunctionName: name, Runtime: 'nodejs24.x' });
    for (const member of ['State', 'LastUpdateStatus', 'RuntimeVersionConfig'])
      expect(version).not.toHaveProperty(member);
  }
  const { Configuration } = await get(name);
  expect(Configuration).toMatchObject({ State: 'Active', RuntimeVersionConfig: expect.anything() });
});

test('tags come and go', async () => {
  const list = async () => (await t.lambda.send(new api.ListTagsCommand({ Resource: arn() }))).Tags;
  await tag(arn(), { a: '1', b: '2' });
  await tag(arn(), { b: '3' });
  expect(await list()).toEqual({ a: '1', b: '3' });
  await t.lambda.send(new api.UntagResourceCommand({ Resource: arn(), TagKeys: ['a', 'c'] }));
  expect(await list()).toEqual({ b: '3' });
});
