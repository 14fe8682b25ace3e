/** What Lambda refuses, and what it says then: AWS's codes, statuses and words. */
import * as api from '@aws-sdk/client-lambda';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { beforeAll, expect, test } from 'vitest';
import type { Statement } from '../../identity/policy.ts';
import { refusal } from '../../testing.ts';
import { deployed, ECHO, fresh, functionArn, roleFor, t, useCloud } from './testing.ts';

useCloud();

let name: string;
let role: string;
beforeAll(async () => {
  role = await roleFor();
  name = await deployed(ECHO, { Role: role });
  await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }));
  await t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
  await t.s3.send(new CreateBucketCommand({ Bucket: 'packages' }));
});

const create = (more: Partial<api.CreateFunctionCommandInput> = {}, client = t.lambda) =>
  client.send(
    new api.CreateFunctionCommand({
      FunctionName: fresh('refused'),
      Role: role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipSync({ 'index.js': Buffer.from('') }) },
      ...more,
    }),
  );
const get = (FunctionName: string, Qualifier?: string) =>
  t.lambda.send(new api.GetFunctionCommand({ FunctionName, Qualifier }));
const remove = (FunctionName: string, Qualifier?: string) =>
  t.lambda.send(new api.DeleteFunctionCommand({ FunctionName, Qualifier }));
const permit = (more: Partial<api.AddPermissionCommandInput> = {}) =>
  t.lambda.send(
    new api.AddPermissionCommand({
      FunctionName: name,
      StatementId: 's3',
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      ...more,
    }),
  );
const forbid = (more: Partial<api.RemovePermissionCommandInput> = {}) =>
  t.lambda.send(new api.RemovePermissionCommand({ FunctionName: name, StatementId: 's3', ...more }));
const policy = (FunctionName: string, Qualifier?: string) =>
  t.lambda.send(new api.GetPolicyCommand({ FunctionName, Qualifier }));
const alias = (more: Partial<api.CreateAliasCommandInput>) =>
  t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'other', FunctionVersion: '1', ...more }));
const weights = (AdditionalVersionWeights: Record<string, number>) =>
  alias({ RoutingConfig: { AdditionalVersionWeights } });
const tag = (Resource: string, Tags: Record<string, string> = { a: '1' }) =>
  t.lambda.send(new api.TagResourceCommand({ Resource, Tags }));
const arn = (qualifier = '') => `${functionArn(name)}${qualifier && `:${qualifier}`}`;
const mapping = () =>
  `arn:aws:lambda:us-east-1:${t.accountId}:event-source-mapping:00000000-0000-0000-0000-000000000000`;

const invoke = (bytes: number, InvocationType: api.InvocationType) => {
  // Two bytes for each ä.
  const Payload = `"${'ä'.repeat((bytes - 2) / 2)}${'a'.repeat(bytes % 2)}"`;
  return t.lambda.send(new api.InvokeCommand({ FunctionName: name, InvocationType, Payload }));
};

const [invalid, missing, validation, large] = [
  'InvalidParameterValueException',
  'ResourceNotFoundException',
  'ValidationException',
  'RequestEntityTooLargeException',
] as const;
const status = { [invalid]: 400, [missing]: 404, [validation]: 400, [large]: 413 };
const one = (value: string, member: string, rule: string) =>
  `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${rule}`;
const matching = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
const NAME =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?';
const QUALIFIER = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+';
const manyTags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, '']));
const WEIGHT =
  'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';

const refusals: [string, () => Promise<unknown>, keyof typeof status, () => string][] = [
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
  [
    'an alias that is a number',
    () => alias({ Name: '2024' }),
    validation,
    () => one("'2024'", 'name', matching('(?!^[0-9]+$)([a-zA-Z0-9-_]+)')),
  ],
  [
    'an alias of nobody',
    () => alias({ FunctionName: 'nobody' }),
    missing,
    () => `Function not found: ${functionArn('nobody')}:1`,
  ],
  ['an alias of no version', () => alias({ FunctionVersion: '10' }), missing, () => `Function not found: ${arn('10')}`],
  [
    'weights of two versions',
    () => weights({ '1': 0.1, '2': 0.1 }),
    invalid,
    () => 'Number of items in AdditionalVersionWeights cannot be greater than 1',
  ],
  [
    'a large weight',
    () => weights({ '2': 2 }),
    validation,
    () => one("'{2=2.0}'", 'routingConfig.additionalVersionWeights', WEIGHT),
  ],
  [
    'a weight below zero',
    () => weights({ '2': -1 }),
    validation,
    () => one("'{2=-1.0}'", 'routingConfig.additionalVersionWeights', WEIGHT),
  ],
  [
    'a weight of $LATEST',
    () => weights({ $LATEST: 0.5 }),
    validation,
    () =>
      one(
        "'{$LATEST=0.5}'",
        'routingConfig.additionalVersionWeights',
        'Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]',
      ),
  ],
  [
    'a weight of the same version',
    () => weights({ '1': 0.5 }),
    invalid,
    () => 'Invalid function version 1. Function version 1 is already included in routing configuration.',
  ],
  ['a weight of no version', () => weights({ '10': 0.5 }), missing, () => `Function not found: ${arn('10')}`],
  [
    '$LATEST beside a weight',
    () => alias({ FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { '1': 0.5 } } }),
    invalid,
    () => '$LATEST is not supported for an alias pointing to more than 1 version',
  ],
  [
    'to update no alias',
    () => t.lambda.send(new api.UpdateAliasCommand({ FunctionName: name, Name: 'none' })),
    missing,
    () => `Alias not found: ${arn('none')}`,
  ],
  [
    'an odd statement',
    () => permit({ StatementId: 'example.com' }),
    validation,
    () => one("'example.com'", 'statementId', matching('([a-zA-Z0-9-_]+)')),
  ],
  [
    'a policy for $LATEST',
    () => permit({ Qualifier: '$LATEST' }),
    invalid,
    () => 'We currently do not support adding policies for $LATEST.',
  ],
  [
    'an odd principal',
    () => permit({ Principal: 'invalid.nonaws.com' }),
    invalid,
    () => 'The provided principal was invalid. Please check the principal and try again.',
  ],
  [
    'to permit nobody',
    () => permit({ FunctionName: 'nobody' }),
    missing,
    () => `Function not found: ${functionArn('nobody')}`,
  ],
  ['to permit no alias', () => permit({ Qualifier: 'none' }), missing, () => `Cannot find alias arn: ${arn('none')}`],
  ['to permit no version', () => permit({ Qualifier: '42' }), missing, () => `Function not found: ${arn('42')}`],
  [
    'to permit neither',
    () => permit({ Qualifier: 'with-$-in-it' }),
    missing,
    () => `Function not found: ${arn('with-$-in-it')}`,
  ],
  ['no policy of nobody', () => policy('nobody'), missing, () => 'The resource you requested does not exist.'],
  ['no policy', () => policy(name, '1'), missing, () => 'The resource you requested does not exist.'],
  [
    'to forbid nobody',
    () => forbid({ FunctionName: 'nobody' }),
    missing,
    () => `No policy found for: ${functionArn('nobody')}`,
  ],
  ['to forbid no alias', () => forbid({ Qualifier: 'none' }), missing, () => `Cannot find alias arn: ${arn('none')}`],
  [
    'to forbid what nobody permitted',
    () => forbid(),
    missing,
    () => 'No policy is associated with the given resource.',
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
