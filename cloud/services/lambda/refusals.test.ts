/** What Lambda refuses of functions, their versions and invocations, and what it says then: AWS's codes, statuses and words. */
import * as api from '@aws-sdk/client-lambda';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import {
  arn,
  create,
  get,
  invalid,
  invoke,
  large,
  manyTags,
  mapping,
  matching,
  missing,
  NAME,
  name,
  one,
  QUALIFIER,
  type Refusals,
  remove,
  status,
  tag,
  useFunction,
  validation,
} from './function-testing.ts';
import { functionArn, t } from './testing.ts';

useFunction();

beforeAll(async () => {
  await t.s3.send(new CreateBucketCommand({ Bucket: 'packages' }));
});

const refusals: Refusals = [
  ['a name with a star', () => get('*'), validation, () => one("'*'", 'functionName', matching(NAME))],
  [
    'two qualifiers in a name',
    () => get(`${arn()}:1:2`),
    validation,
    () => one(`'${arn()}:1:2'`, 'functionName', matching(NAME)),
  ],
  ['an odd qualifier', () => get(name, 'no!'), validation, () => one("'no!'", 'qualifier', matching(QUALIFIER))],
  [
    'a long qualifier',
    () => get(name, 'a'.repeat(129)),
    validation,
    () => one(`'${'a'.repeat(129)}'`, 'qualifier', 'Member must have length less than or equal to 128'),
  ],
  [
    'a long name of a new function',
    () => create({ FunctionName: 'a'.repeat(65) }),
    invalid,
    () => one(`'${'a'.repeat(65)}'`, 'functionName', 'Member must have length less than or equal to 64'),
  ],
  [
    'a function of another region',
    () => get(arn().replace('us-east-1', 'eu-west-1')),
    missing,
    () => "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
  ],
  [
    'a marker of nobody',
    () => t.lambda.send(new api.ListFunctionsCommand({ Marker: '50' })),
    invalid,
    () => 'Invalid pagination token.',
  ],
  [
    'no function at a time',
    () => t.lambda.send(new api.ListFunctionsCommand({ MaxItems: 0 })),
    validation,
    () => one("'0'", 'maxItems', 'Member must have value greater than or equal to 1'),
  ],
  ['no version', () => get(name, '1221'), missing, () => `Function not found: ${arn('1221')}`],
  ['another spelling of $LATEST', () => get(name, '$latest'), missing, () => `Function not found: ${arn('$latest')}`],
  [
    'two versions',
    () => get('my-function-1:1', '$LATEST'),
    invalid,
    () => 'The derived qualifier from the function name does not match the specified qualifier.',
  ],
  ['to delete nobody', () => remove('nobody', '7'), missing, () => `Function not found: ${functionArn('nobody')}`],
  [
    'to delete $LATEST',
    () => remove('nobody', '$LATEST'),
    invalid,
    () => '$LATEST version cannot be deleted without deleting the function.',
  ],
  ['to delete an alias', () => remove(name, 'live'), invalid, () => 'Deletion of aliases is not currently supported.'],
  [
    'a role that is none',
    () => create({ Role: 'r1' }),
    validation,
    () => one("'r1'", 'role', matching('arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+')),
  ],
  [
    'two architectures',
    () => create({ Architectures: ['x86_64', 'arm64'] }),
    validation,
    () => one("'[x86_64, arm64]'", 'architectures', 'Member must have length less than or equal to 1'),
  ],
  [
    'another architecture',
    () => create({ Architectures: ['X86_64' as 'x86_64'] }),
    validation,
    () =>
      one(
        "'[X86_64]'",
        'architectures',
        'Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]',
      ),
  ],
  [
    'no time at all',
    () => create({ Timeout: 0 }),
    validation,
    () => one("'0'", 'timeout', 'Member must have value greater than or equal to 1'),
  ],
  [
    'what is no zip',
    () => create({ Code: { ZipFile: Buffer.from('no zip') } }),
    invalid,
    () => 'Could not unzip uploaded file. Please check your file, then try to upload again.',
  ],
  [
    'a package in no bucket',
    () => create({ Code: { S3Bucket: 'nowhere', S3Key: 'x' } }),
    invalid,
    () =>
      'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
  ],
  [
    'a package that is not there',
    () => create({ Code: { S3Bucket: 'packages', S3Key: 'x' } }),
    invalid,
    () =>
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
  ],
  [
    'large variables',
    () => create({ Environment: { Variables: { LARGE: 'x'.repeat(4096) } } }),
    invalid,
    () =>
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"LARGE":"${'x'.repeat(4096)}"}`,
  ],
  ['51 tags', () => create({ Tags: manyTags }), invalid, () => 'Number of tags exceeds resource tag limit.'],
  [
    'other versions to list',
    () => t.lambda.send(new api.ListFunctionsCommand({ FunctionVersion: 'invalid' as 'ALL' })),
    validation,
    () => one("'invalid'", 'functionVersion', 'Member must satisfy enum value set: [ALL]'),
  ],
  ['tags of nobody', () => tag(functionArn('nobody')), missing, () => `Function not found: ${functionArn('nobody')}`],
  ['tags of no mapping', () => tag(mapping()), missing, () => `Event source mapping not found: ${mapping()}`],
  [
    'tags of a version',
    () => tag(arn('$LATEST')),
    invalid,
    () => 'Tags on function aliases and versions are not supported. Please specify a function ARN.',
  ],
  ['too many tags', () => tag(arn(), manyTags), invalid, () => 'Number of tags exceeds resource tag limit.'],
  [
    'a large event that somebody waits for',
    () => invoke(6_291_457, 'RequestResponse'),
    large,
    () => 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  ],
  [
    'a large event that nobody waits for',
    () => invoke(1_048_577, 'Event'),
    large,
    () => '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
  ],
  ['no tags', () => tag(arn(), {}), invalid, () => 'An error occurred and the request cannot be processed.'],
];

test.each(refusals)('refuses %s', async (_, call, code, message) => {
  expect(await refusal(call())).toEqual({ name: code, status: status[code], message: message() });
});

test.each<Partial<api.CreateFunctionCommandInput>>([
  { Layers: ['arn:aws:lambda:us-east-1:111122223333:layer:x:1'] },
  { PackageType: 'Image' },
  { VpcConfig: { SubnetIds: ['subnet-1'] } },
  { FileSystemConfigs: [{ Arn: 'a', LocalMountPath: '/mnt/a' }] },
  { SnapStart: { ApplyOn: 'PublishedVersions' } },
  { LoggingConfig: { LogFormat: 'JSON' } },
])('a setting that is not built does not seem to work: %o', async (setting) => {
  expect(await refusal(create(setting))).toMatchObject({ name: 'NotImplemented', status: 501 });
  const { PackageType: _, ...configuration } = setting;
  if (Object.keys(configuration).length === 0) return;
  const update = new api.UpdateFunctionConfigurationCommand({ FunctionName: name, ...configuration });
  expect(await refusal(t.lambda.send(update))).toMatchObject({ status: 501 });
});

test('errors of several members are told together', async () => {
  expect(await refusal(get('*', 'no!'))).toMatchObject({
    message: expect.stringMatching(
      /^2 validation errors detected: Value 'no!' at 'qualifier' .*; Value '\*' at 'functionName'/,
    ),
  });
});

test('events of just the largest size are taken', async () => {
  expect((await invoke(1_048_576, 'Event')).StatusCode).toBe(202);
  expect((await invoke(6_291_456, 'DryRun')).StatusCode).toBe(204);
});

test('deleting a version that is not there succeeds', async () => {
  expect((await remove(name, '1233')).$metadata.httpStatusCode).toBe(204);
});

test('a function of another account is not made (recorded: test_function_arns)', async () => {
  const theirs = 'arn:aws:lambda:us-east-1:444455556666:function:theirs';
  expect(await refusal(create({ FunctionName: theirs }))).toMatchObject({ name: 'AccessDeniedException', status: 403 });
});
