/** What AWS answers about event invoke configurations: shapes, and errors in its words. */
import * as api from '@aws-sdk/client-lambda';
import { beforeAll, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { deployed, ECHO, functionArn, queue, roleFor, t, useCloud } from './testing.ts';

useCloud();

let name: string;
let other: string;
beforeAll(async () => {
  name = await deployed(ECHO, { Role: await roleFor('lambda:InvokeFunction') });
  other = await deployed(ECHO);
});

const put = (more: Partial<api.PutFunctionEventInvokeConfigCommandInput>) =>
  t.lambda.send(new api.PutFunctionEventInvokeConfigCommand({ FunctionName: name, ...more }));
const update = (more: Partial<api.UpdateFunctionEventInvokeConfigCommandInput>) =>
  t.lambda.send(new api.UpdateFunctionEventInvokeConfigCommand({ FunctionName: name, ...more }));
const get = (more: object = {}) =>
  t.lambda.send(new api.GetFunctionEventInvokeConfigCommand({ FunctionName: name, ...more }));
const remove = (more: object = {}) =>
  t.lambda.send(new api.DeleteFunctionEventInvokeConfigCommand({ FunctionName: name, ...more }));
const list = (more: object = {}) =>
  t.lambda.send(new api.ListFunctionEventInvokeConfigsCommand({ FunctionName: name, ...more }));
const success = (Destination: string) => put({ DestinationConfig: { OnSuccess: { Destination } } });

test('a configuration is put, updated, got, listed page by page, and deleted', async () => {
  const config = {
    FunctionArn: `${functionArn(name)}:$LATEST`,
    LastModified: new Date(t.cloud.clock.now()),
    DestinationConfig: { OnSuccess: {}, OnFailure: {} },
  };
  expect(await put({ MaximumRetryAttempts: 0 })).toEqual({
    ...config,
    MaximumRetryAttempts: 0,
    $metadata: expect.anything(),
  });
  // Putting replaces, updating does not.
  expect((await put({ MaximumEventAgeInSeconds: 60 })).MaximumRetryAttempts).toBeUndefined();
  const updated = { ...config, MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 };
  expect(await update({ MaximumRetryAttempts: 1 })).toMatchObject(updated);
  expect(await get()).toMatchObject(updated);
  expect(await get({ Qualifier: '$LATEST' })).toMatchObject(updated);
  await success(functionArn(other));
  const both = await update({ MaximumRetryAttempts: 2, DestinationConfig: { OnFailure: {} } });
  expect(both.DestinationConfig).toEqual({ OnSuccess: { Destination: functionArn(other) }, OnFailure: {} });
  await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }));
  await put({ Qualifier: '1', MaximumRetryAttempts: 1 });
  const page = await list({ MaxItems: 1 });
  expect(page.FunctionEventInvokeConfigs).toMatchObject([{ FunctionArn: `${functionArn(name)}:$LATEST` }]);
  const next = await list({ Marker: page.NextMarker });
  expect(next.FunctionEventInvokeConfigs).toMatchObject([{ FunctionArn: `${functionArn(name)}:1` }]);
  expect(next.NextMarker).toBeUndefined();
  await remove();
  await remove({ Qualifier: '1' });
  expect((await list()).FunctionEventInvokeConfigs).toEqual([]);
});

const [invalid, missing] = ['InvalidParameterValueException', 'ResourceNotFoundException'];
const none = (qualifier = '$LATEST', of = name) =>
  `The function ${functionArn(of)}:${qualifier} doesn't have an EventInvokeConfig`;
const refusals: [string, () => Promise<unknown>, string, number, () => string][] = [
  [
    'no function',
    () => put({ FunctionName: 'nobody', MaximumRetryAttempts: 1 }),
    missing,
    404,
    () => "The function doesn't exist.",
  ],
  [
    'no alias',
    () => put({ Qualifier: 'none', MaximumRetryAttempts: 1 }),
    missing,
    404,
    () => "The function doesn't exist.",
  ],
  [
    'no setting',
    // Whoever the function is (recorded: test_lambda_eventinvokeconfig_exceptions).
    () => put({ FunctionName: 'nobody' }),
    invalid,
    400,
    () => 'You must specify at least one of error handling or destination setting.',
  ],
  [
    'two qualifiers',
    () => put({ FunctionName: `${name}:1`, Qualifier: '2', MaximumRetryAttempts: 1 }),
    invalid,
    400,
    () => 'The derived qualifier from the function name does not match the specified qualifier.',
  ],
  [
    'three retries',
    () => put({ MaximumRetryAttempts: 3 }),
    'ValidationException',
    400,
    () =>
      "1 validation error detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2",
  ],
  [
    'an age of less than a minute',
    () => put({ MaximumEventAgeInSeconds: 59 }),
    'ValidationException',
    400,
    () =>
      "1 validation error detected: Value '59' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60",
  ],
  [
    'what is no ARN',
    () => success('arn:aws:_-/!lambda:us-east-1:111122223333:function:f'),
    'ValidationException',
    400,
    () =>
      "1 validation error detected: Value 'arn:aws:_-/!lambda:us-east-1:111122223333:function:f' at 'destinationConfig.onSuccess.destination' failed to satisfy constraint: Member must satisfy regular expression pattern: $|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)",
  ],
  [
    'a function that is not there',
    () => success(functionArn('nobody')),
    invalid,
    400,
    () => `The destination ARN ${functionArn('nobody')} is invalid.`,
  ],
  [
    'a queue that is not there',
    () => success(`arn:aws:sqs:us-east-1:${t.accountId}:none`),
    invalid,
    400,
    () => `The destination ARN arn:aws:sqs:us-east-1:${t.accountId}:none is invalid.`,
  ],
  [
    'the function itself',
    () => success(functionArn(name)),
    invalid,
    400,
    () => "You can't specify the function as a destination for itself.",
  ],
  [
    'a service that is no destination',
    () => success('arn:aws:iam:us-east-1:111122223333:function:f'),
    invalid,
    400,
    () =>
      'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam:us-east-1:111122223333:function:f), onFailure=null) is invalid.',
  ],
  [
    'a topic',
    () => success('arn:aws:sns:us-east-1:111122223333:t'),
    'NotImplemented',
    501,
    () => 'Destinations of this cloud do not go to SNS.',
  ],
  ['nothing to get', () => get({ Qualifier: '7' }), missing, 404, () => none('7')],
  ['nothing to get of nobody', () => get({ FunctionName: 'nobody' }), missing, 404, () => none('$LATEST', 'nobody')],
  ['nothing to update', () => update({ MaximumRetryAttempts: 1 }), missing, 404, () => none()],
  [
    'nobody to update',
    () => update({ FunctionName: 'nobody', MaximumRetryAttempts: 1 }),
    missing,
    404,
    () => "The function doesn't exist.",
  ],
  ['nothing to delete', () => remove(), missing, 404, () => none()],
  ['nobody to list', () => list({ FunctionName: 'nobody' }), missing, 404, () => "The function doesn't exist."],
];

test.each(refusals)('refuses: %s', async (_, call, code, status, message) => {
  expect(await refusal(call())).toMatchObject({ name: code, status, message: message() });
});

test('refuses a queue that the role may not send to', async () => {
  const { arn } = await queue();
  expect(await refusal(success(arn))).toMatchObject({
    name: invalid,
    message: `The function's execution role does not have permissions to call SendMessage on ${arn}`,
  });
});
