/** A function URL's configuration, and what of it is refused: AWS's codes, statuses and words. */
import * as api from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../../testing.ts';
import { deployed, ECHO, functionArn, t, useCloud } from '../testing.ts';
import { create, get, list, remove, update } from './testing.ts';

useCloud();

describe('the configuration', () => {
  test('is made, told, changed and deleted', async () => {
    const name = await deployed(ECHO);
    const { $metadata, ...made } = await create(name, { Cors: { AllowOrigins: ['*'] } });
    expect($metadata.httpStatusCode).toBe(201);
    expect(made).toEqual({
      FunctionUrl: expect.stringMatching(
        new RegExp(`^http://[a-z0-9]{32}\\.lambda-url\\.us-east-1\\.localhost:${new URL(t.cloud.url).port}/$`),
      ),
      FunctionArn: functionArn(name),
      AuthType: 'NONE',
      Cors: { AllowOrigins: ['*'] },
      CreationTime: new Date(t.cloud.clock.now()).toISOString(),
    });
    expect(await get(name)).toMatchObject({ ...made, InvokeMode: 'BUFFERED', LastModifiedTime: made.CreationTime });
    await t.cloud.clock.advance(1000);
    const changed = await update(name, { AuthType: 'AWS_IAM' });
    expect(changed).toMatchObject({ ...made, AuthType: 'AWS_IAM' });
    expect(changed.LastModifiedTime).not.toBe(made.CreationTime);
    expect((await remove(name)).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(get(name))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect((await create(name)).FunctionUrl).not.toBe(made.FunctionUrl);
  });

  test('of an alias stands beside the function’s own', async () => {
    const name = await deployed(ECHO);
    await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }));
    await t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
    const own = await create(name, { InvokeMode: 'BUFFERED' });
    expect(own.InvokeMode).toBe('BUFFERED');
    const alias = await create(name, { Qualifier: 'live' });
    expect(alias).toMatchObject({ FunctionArn: `${functionArn(name)}:live` });
    const { FunctionUrlConfigs = [] } = await list(name);
    expect(FunctionUrlConfigs.map(({ FunctionArn }) => FunctionArn)).toEqual([own.FunctionArn, alias.FunctionArn]);
    const first = await list(name, { MaxItems: 1 });
    const second = await list(name, { MaxItems: 1, Marker: first.NextMarker });
    expect(second.FunctionUrlConfigs).toMatchObject([{ FunctionUrl: alias.FunctionUrl, InvokeMode: 'BUFFERED' }]);
    expect(second.NextMarker).toBeUndefined();
    await remove(name);
    expect(await get(name, 'live')).toMatchObject({ FunctionUrl: alias.FunctionUrl });
  });
});

describe('what is refused', () => {
  let name: string;
  beforeAll(async () => {
    name = await deployed(ECHO);
    await create(name);
    await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }));
    await t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'bare', FunctionVersion: '1' }));
  });
  const [missing, validation] = ['ResourceNotFoundException', 'ValidationException'];
  const NO_FUNCTION = 'Function does not exist';
  const NO_RESOURCE = 'The resource you requested does not exist.';
  const MISMATCH = 'The derived qualifier from the function name does not match the specified qualifier.';
  const alias = (given: string) =>
    `1 validation error detected: Value '${given}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)`;
  const wrong = (member: string, value: string, rule: string) =>
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`;

  test.each<[string, () => Promise<unknown>, string, number, string]>([
    ['create: no function', () => create('nobody'), missing, 404, NO_FUNCTION],
    ['create: a version', () => create(name, { Qualifier: '1' }), validation, 400, alias('1')],
    ['create: $LATEST', () => create(name, { Qualifier: '$LATEST' }), validation, 400, alias('$LATEST')],
    ['create: no alias', () => create(name, { Qualifier: 'none' }), missing, 404, NO_FUNCTION],
    [
      'create: two aliases',
      () => create(`${functionArn(name)}:bare`, { Qualifier: 'other' }),
      'InvalidParameterValueException',
      400,
      MISMATCH,
    ],
    [
      'create: streaming that is none',
      () => create(name, { InvokeMode: 'UNKNOWN' as never }),
      validation,
      400,
      wrong('invokeMode', 'UNKNOWN', 'Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]'),
    ],
    [
      'create: an unknown authorization',
      () => create(name, { AuthType: 'KEY' as never }),
      validation,
      400,
      wrong('authType', 'KEY', 'Member must satisfy enum value set: [NONE, AWS_IAM]'),
    ],
    [
      'create: OPTIONS among the methods',
      () => create(name, { Cors: { AllowMethods: ['GET', 'OPTIONS'] } }),
      validation,
      400,
      wrong(
        'cors.allowMethods',
        '[GET, OPTIONS]',
        'Member must satisfy constraint: [Member must have length less than or equal to 6, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: .*]',
      ),
    ],
    [
      'create: an age of more than a day',
      () => create(name, { Cors: { MaxAge: 86_401 } }),
      validation,
      400,
      wrong('cors.maxAge', '86401', 'Member must have value less than or equal to 86400'),
    ],
    ['get: no function', () => get('nobody'), missing, 404, NO_RESOURCE],
    ['get: an alias without a URL', () => get(name, 'bare'), missing, 404, NO_RESOURCE],
    ['get: a version', () => get(name, '1'), validation, 400, alias('1')],
    [
      'get: another region',
      () => get('arn:aws:lambda:eu-west-1:111122223333:function:nobody'),
      missing,
      404,
      "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    ],
    ['update: no function', () => update('nobody', { AuthType: 'NONE' }), missing, 404, NO_FUNCTION],
    ['update: no alias', () => update(name, { Qualifier: 'none' }), missing, 404, NO_FUNCTION],
    ['update: an alias without a URL', () => update(name, { Qualifier: 'bare' }), missing, 404, NO_RESOURCE],
    ['delete: no function', () => remove('nobody'), missing, 404, NO_RESOURCE],
    ['delete: no alias', () => remove(name, 'none'), missing, 404, NO_RESOURCE],
    ['list: no function', () => list('nobody'), missing, 404, NO_FUNCTION],
  ])('%s', async (_, call, code, status, message) => {
    expect(await refusal(call())).toEqual({ name: code, status, message });
  });

  test('create: the second URL of a function', async () => {
    expect(await refusal(create(name))).toEqual({
      name: 'ResourceConflictException',
      status: 409,
      message: `Failed to create function url config for [functionArn = ${functionArn(name)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
    });
  });

  test('answers that are streamed, as not built', async () => {
    expect(await refusal(update(name, { InvokeMode: 'RESPONSE_STREAM' }))).toMatchObject({
      name: 'NotImplemented',
      status: 501,
      message: expect.stringContaining('RESPONSE_STREAM'),
    });
  });
});
