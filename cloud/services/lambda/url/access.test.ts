/** Who gets in by a function's URL. */
import * as api from '@aws-sdk/client-lambda';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, test } from 'vitest';
import type { Credentials } from '../../../contract.ts';
import type { Statement } from '../../../identity/policy.ts';
import { openTestCloud, refusal } from '../../../testing.ts';
import { deployed, ECHO, fresh, functionArn, t, useCloud } from '../testing.ts';
import { answer, create, openToAll, permit, update } from './testing.ts';

useCloud();

const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

describe('who gets in', () => {
  const forbidden = { status: 403, body: JSON.stringify({ Message: FORBIDDEN }) };

  test('nobody, until the function’s policy grants both rights', async () => {
    const name = await deployed(ECHO);
    const { FunctionUrl: url = '' } = await create(name);
    expect(await answer(url)).toMatchObject(forbidden);
    await permit(name, { FunctionUrlAuthType: 'NONE' });
    const seen = await answer(url);
    expect(seen).toMatchObject(forbidden);
    expect(seen.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
    const { Statement } = await permit(name, { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
    expect(JSON.parse(Statement!)).toMatchObject({ Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } });
    expect(await answer(url)).toMatchObject({ status: 200 });
    // The right is one by way of the URL.
    const stranger = t.as(t.cloud.identity.rootCredentials('999988887777'));
    expect(
      await refusal(stranger.lambda.send(new api.InvokeCommand({ FunctionName: functionArn(name) }))),
    ).toMatchObject({
      status: 403,
    });
    await update(name, { AuthType: 'AWS_IAM' });
    expect(await answer(url)).toMatchObject(forbidden);
  });

  /** A request that is signed as the SDK would. */
  async function signed(url: string, { expiration: _, ...credentials }: Credentials, body = '') {
    const { hostname, host, pathname, port } = new URL(url);
    const signer = new SignatureV4({ service: 'lambda', region: 'us-east-1', credentials, sha256: Sha256 });
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: pathname,
      query: {},
      headers: { host, 'content-type': 'text/plain' },
      body,
    });
    return await answer(url, { method: 'POST', headers, body });
  }

  test('with AWS_IAM, who signs and may do both', async () => {
    const name = await deployed('exports.handler = async ({ requestContext }) => requestContext;');
    const { FunctionUrl: url = '' } = await create(name, { AuthType: 'AWS_IAM' });
    const session = async (...statements: Statement[]) =>
      t.cloud.identity.mintSession(await t.role(fresh('caller'), ...statements), 'session', 3600);
    const grant = (Action: string[], Resource = functionArn(name)): Statement => ({
      Effect: 'Allow',
      Action,
      Resource,
    });
    const both = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
    for (const statement of [grant([both[0]!]), grant([both[1]!]), grant(both, functionArn('another'))]) {
      expect(await signed(url, await session(statement))).toMatchObject(forbidden);
    }
    const caller = await session(grant(both));
    const { status, body } = await signed(url, caller);
    expect([status, JSON.parse(body)]).toMatchObject([
      200,
      {
        accountId: t.accountId,
        authorizer: {
          iam: {
            accessKey: caller.accessKeyId,
            accountId: t.accountId,
            userArn: expect.stringMatching(/^arn:aws:sts::111122223333:assumed-role\/caller-\d+\/session$/),
          },
        },
      },
    ]);
    expect(await signed(url, t.cloud.identity.rootCredentials('999988887777'))).toMatchObject(forbidden);
    const wrong = await signed(url, { ...caller, secretAccessKey: 'guessed' });
    expect([wrong.status, wrong.headers.get('x-amzn-errortype')]).toEqual([403, 'InvalidSignatureException']);
    expect(await answer(url)).toMatchObject(forbidden);
  });

  test('another account, whom the function’s policy and its own let in', async () => {
    const name = await deployed(ECHO);
    const { FunctionUrl: url = '' } = await create(name, { AuthType: 'AWS_IAM' });
    const other = '999988887777';
    await permit(name, { Principal: other, FunctionUrlAuthType: 'AWS_IAM' });
    await permit(name, { Principal: other, Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
    expect(await signed(url, t.cloud.identity.rootCredentials(other))).toMatchObject({ status: 200 });
  });

  test('a URL that is not there tells nothing', async () => {
    const seen = await answer(`http://${'0'.repeat(32)}.lambda-url.us-east-1.localhost:${new URL(t.cloud.url).port}/`);
    expect(seen).toMatchObject({ status: 403, body: '{"Message":null}' });
    expect(seen.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
  });

  test('a URL outlives its alias, and lets nobody in then', async () => {
    const name = await deployed('exports.handler = async (_, { invokedFunctionArn }) => invokedFunctionArn;');
    await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }));
    await t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
    const { FunctionUrl: url = '' } = await create(name, { Qualifier: 'live' });
    await openToAll(name);
    expect(await answer(url)).toMatchObject(forbidden);
    await openToAll(name, 'live');
    expect(await answer(url)).toMatchObject({ status: 200, body: `${functionArn(name)}:live` });
    await t.lambda.send(new api.DeleteAliasCommand({ FunctionName: name, Name: 'live' }));
    expect(await answer(url)).toMatchObject(forbidden);
  });
});

describe.each(['process', 'sealed'] as const)('a function that calls another by its URL (%s)', (sandbox) => {
  test('reaches it, and its call follows from its own invocation', async () => {
    const cloud = await openTestCloud({ sandbox });
    try {
      await cloud.deploy(
        'chat',
        `exports.handler = async ({ rawPath }) => { await new Promise((r) => setTimeout(r, 5000)); return rawPath; };`,
        { Timeout: 30 },
      );
      const { FunctionUrl } = await cloud.lambda.send(
        new api.CreateFunctionUrlConfigCommand({ FunctionName: 'chat', AuthType: 'NONE' }),
      );
      const more = { FunctionName: 'chat', Principal: '*' };
      await cloud.lambda.send(
        new api.AddPermissionCommand({
          ...more,
          StatementId: 'url',
          Action: 'lambda:InvokeFunctionUrl',
          FunctionUrlAuthType: 'NONE',
        }),
      );
      await cloud.lambda.send(
        new api.AddPermissionCommand({
          ...more,
          StatementId: 'function',
          Action: 'lambda:InvokeFunction',
          InvokedViaFunctionUrl: true,
        }),
      );
      const source = `const http = require('node:http');
        const byHttp = (url) => new Promise((resolve, reject) => http.get(url, (answer) => { let body = ''; answer.on('data', (part) => { body += part; }).on('end', () => resolve(body)); }).on('error', reject));
        exports.handler = async () => {
          const begun = Date.now();
          const texts = [await (await fetch(new URL('/messages', process.env.CHAT))).text(), await byHttp(process.env.CHAT + 'unread')];
          return { texts, took: Date.now() - begun };
        };`;
      await cloud.deploy('feed', source, { Timeout: 60, Environment: { Variables: { CHAT: FunctionUrl! } } });
      const { payload } = await cloud.invoke('feed');
      expect(payload).toEqual({ texts: ['/messages', '/unread'], took: 10_000 });
      const entries = cloud.cloud.core.trace.entries();
      const invocation = entries.find(
        ({ operation, resource }) => operation === 'Invocation' && resource?.endsWith(':feed'),
      );
      const calls = entries.filter(({ operation }) => operation === 'InvokeFunctionUrl');
      expect(calls).toMatchObject([
        { resource: 'chat', cause: invocation!.id },
        { resource: 'chat', cause: invocation!.id },
      ]);
    } finally {
      await cloud.close();
    }
  });
});
