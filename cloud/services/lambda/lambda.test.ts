import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as api from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let count = 0;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());

const fresh = (what: string): string => `${what}-${++count}`;
const zip = (source: string): Uint8Array => zipSync({ 'index.js': Buffer.from(source) });
const deployed = async (source: string, more: Partial<api.CreateFunctionCommandInput> = {}): Promise<string> => {
  const name = fresh('function');
  await t.deploy(name, source, more);
  return name;
};
const minute = 60_000;
/** Invocations of a function so far: moments and errors. */
const invocations = (name: string) =>
  t.cloud.core.trace
    .entries()
    .filter((entry) => entry.operation === 'Invocation' && entry.resource?.includes(`:${name}`));

describe('an invocation', () => {
  test('gets event and context, answers JSON, and leaves its log', async () => {
    const name = await deployed(
      `exports.handler = async (event, context) => { console.log('two\\nlines', event); return { event, name: context.functionName, left: context.getRemainingTimeInMillis() }; };`,
      { Timeout: 7 },
    );
    const { payload, log } = await t.invoke(name, { a: 1 });
    expect(payload).toEqual({ event: { a: 1 }, name, left: 7000 });
    expect(log).toMatch(
      /^START RequestId: \S+ Version: \$LATEST\n\S+Z\t\S+\tINFO\ttwo\rlines \{ a: 1 \}\nEND RequestId: \S+\nREPORT RequestId/,
    );
    const { events } = await t.logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: 'INFO' }),
    );
    expect(events).toHaveLength(1);
  });

  test('finds module state and the temporary folder of the one before', async () => {
    const name = await deployed(`
      const { existsSync, writeFileSync } = require('node:fs'); const file = process.env.TMPDIR + '/mark'; let n = 0;
      exports.handler = async () => { const found = existsSync(file); writeFileSync(file, ''); return { n: ++n, found }; };`);
    expect((await t.invoke(name)).payload).toEqual({ n: 1, found: false });
    expect((await t.invoke(name)).payload).toEqual({ n: 2, found: true });
    await t.cloud.clock.advance(20 * minute);
    expect((await t.invoke(name)).payload).toEqual({ n: 1, found: false });
  });

  test('that overlaps another gets an environment of its own', async () => {
    const name = await deployed(
      `let n = 0; exports.handler = async () => { n++; await new Promise((r) => setTimeout(r, 1000)); return n; };`,
    );
    const both = await Promise.all([t.invoke(name), t.invoke(name)]);
    expect(both.map(({ payload }) => payload)).toEqual([1, 1]);
  });

  test('that runs into its limit is ended; the next one starts anew, with the temporary folder kept', async () => {
    const name = await deployed(
      `const { existsSync, writeFileSync } = require('node:fs'); const file = process.env.TMPDIR + '/mark'; let n = 0;
      exports.handler = async ({ hang }) => { n++; const found = existsSync(file); writeFileSync(file, ''); if (hang) await new Promise((r) => setTimeout(r, 9999)); return { n, found }; };`,
      { Timeout: 3 },
    );
    const before = t.cloud.clock.now();
    const { payload, error } = await t.invoke(name, { hang: true });
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Task timed out after 3\.00 seconds$/),
    });
    expect(t.cloud.clock.now() - before).toBe(3000);
    expect((await t.invoke(name)).payload).toEqual({ n: 1, found: true });
  });

  test.each([
    ['an error', `throw new TypeError('bad');`, { errorType: 'TypeError', errorMessage: 'bad' }],
    [
      'a rejection that nobody handles',
      `Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 10));`,
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    ],
    [
      'process.exit(0)',
      `process.exit(0);`,
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/without providing a reason$/) },
    ],
    [
      'process.exit(3)',
      `process.exit(3);`,
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 3$/) },
    ],
    ['waiting for nothing', `await new Promise(() => undefined);`, { errorType: 'Sandbox.Timedout' }],
    ['an answer that is too large', `return 'x'.repeat(7e6);`, { errorType: 'Function.ResponseSizeTooLarge' }],
  ])('fails with %s, and the next one works', async (_, body, expected) => {
    const name = await deployed(`exports.handler = async ({ fail }) => { if (fail) { ${body} } return 'fine'; };`, {
      Timeout: 3,
    });
    expect((await t.invoke(name, { fail: true })).payload).toMatchObject(expected);
    expect((await t.invoke(name)).payload).toBe('fine');
  });

  test('that loops for ever or eats all memory is ended, and 100 MB of output are cut', async () => {
    const name = await deployed(
      `exports.handler = async ({ what }) => {
        if (what === 'loop') for (;;) {}
        if (what === 'memory') { const all = []; for (;;) all.push(new Array(1e6).fill(Math.random())); }
        const line = 'x'.repeat(99_999) + '\\n';
        if (what === 'output') for (let i = 0; i < 1000; i++) await new Promise((done) => process.stdout.write(line, done));
        return 'fine';
      };`,
      { MemorySize: 128 },
    );
    expect((await t.invoke(name, { what: 'loop' })).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/endless loop/),
    });
    expect((await t.invoke(name, { what: 'memory' })).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/memory/),
    });
    const { payload, log } = await t.invoke(name, { what: 'output' });
    expect(payload).toBe('fine');
    expect(log).toContain('is not kept');
  });

  test.each([
    ['a syntax error', 'exports.handler = ', 'Runtime.UserCodeSyntaxError'],
    ['a missing module', `require('nothing-here'); exports.handler = async () => 1;`, 'Runtime.ImportModuleError'],
    ['a missing handler', 'exports.other = async () => 1;', 'Runtime.HandlerNotFound'],
    [
      'a callback handler',
      'exports.handler = (event, context, callback) => callback(null, 1);',
      'Runtime.CallbackHandlerDeprecated',
    ],
  ])('tells %s', async (_, source, errorType) => {
    expect((await t.invoke(await deployed(source))).payload).toMatchObject({ errorType });
  });

  test('runs as its role: what that may not do is denied', async () => {
    const source = `const { S3Client, ListBucketsCommand } = require('@aws-sdk/client-s3'); exports.handler = async () => (await new S3Client().send(new ListBucketsCommand({}))).Buckets.length >= 0;`;
    expect((await t.invoke(await deployed(source))).payload).toMatchObject({ errorType: 'AccessDenied' });
    const allowed = await t.role(fresh('role'), { Effect: 'Allow', Action: 's3:*', Resource: '*' });
    expect((await t.invoke(await deployed(source, { Role: allowed }))).payload).toBe(true);
  });
});

describe('an asynchronous invocation', () => {
  const failing = `exports.handler = async () => { throw new Error('always'); };`;

  test('is tried again after one minute and two, then dropped', async () => {
    const name = await deployed(failing);
    await t.lambda.send(new api.InvokeCommand({ FunctionName: name, InvocationType: 'Event' }));
    await t.cloud.clock.advance(10 * minute);
    const [first, ...rest] = invocations(name).map(({ time }) => time);
    expect(rest.map((time) => time - first!)).toEqual([minute, 3 * minute]);
    expect(
      t.cloud.core.trace
        .entries()
        .some(({ operation, resource }) => operation === 'DropEvent' && resource?.includes(name)),
    ).toBe(true);
  });

  test('is tried as often as its configuration says', async () => {
    const name = await deployed(failing);
    await t.lambda.send(new api.PutFunctionEventInvokeConfigCommand({ FunctionName: name, MaximumRetryAttempts: 0 }));
    await t.lambda.send(new api.InvokeCommand({ FunctionName: name, InvocationType: 'Event' }));
    await t.cloud.clock.advance(10 * minute);
    expect(invocations(name)).toHaveLength(1);
  });

  test('comes from S3, when the function admits it', async () => {
    const name = await deployed(`exports.handler = async (event) => event.Records[0].s3.object.key;`);
    const bucket = fresh('bucket');
    await t.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const LambdaFunctionArn = `arn:aws:lambda:us-east-1:${t.accountId}:function:${name}`;
    const configure = () =>
      t.s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket: bucket,
          NotificationConfiguration: {
            LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:*'] }],
          },
        }),
      );
    expect(await refusal(configure())).toMatchObject({ name: 'InvalidArgument' });
    await t.lambda.send(
      new api.AddPermissionCommand({
        FunctionName: name,
        StatementId: 's3',
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        SourceArn: `arn:aws:s3:::${bucket}`,
      }),
    );
    await configure();
    await t.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' }));
    await t.cloud.clock.advance(1000);
    expect(invocations(name)).toHaveLength(1);
  });
});

describe('versions and aliases', () => {
  const answering = (text: string): string => `exports.handler = async () => '${text}';`;

  test('a version keeps its code; an alias moves; the same code makes no new version', async () => {
    const name = await deployed(answering('first'));
    const publish = async () => (await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }))).Version;
    expect(await publish()).toBe('1');
    expect(await publish()).toBe('1');
    await t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
    await t.lambda.send(new api.UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip(answering('second')) }));
    expect(await refusal(publish())).toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
      message: expect.stringContaining('An update is in progress'),
    });
    await t.cloud.clock.advance(2000);
    expect(await publish()).toBe('2');
    expect((await t.invoke(name, {}, 'live')).payload).toBe('first');
    await t.lambda.send(new api.UpdateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '2' }));
    expect((await t.invoke(name, {}, 'live')).payload).toBe('second');
    expect((await t.invoke(name, {}, '1')).payload).toBe('first');
  });

  // Recorded: test_publish_version_on_create, test_list_functions, test_publish_with_update.
  test('a version made along with its function or an update is told as AWS tells it', async () => {
    const name = fresh('published');
    const arn = `arn:aws:lambda:us-east-1:${t.accountId}:function:${name}`;
    const made = await t.lambda.send(
      new api.CreateFunctionCommand({
        FunctionName: name,
        Role: await t.role(fresh('role')),
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zip(answering('first')) },
        Publish: true,
      }),
    );
    expect(made).toMatchObject({ FunctionArn: arn, Version: '1' });
    await t.cloud.clock.advance(2000);
    const list = async (FunctionVersion?: 'ALL') =>
      (await t.lambda.send(new api.ListFunctionsCommand({ FunctionVersion })))
        .Functions!.filter(({ FunctionName }) => FunctionName === name)
        .map(({ FunctionArn }) => FunctionArn);
    expect(await list()).toEqual([arn]);
    expect(await list('ALL')).toEqual([`${arn}:$LATEST`, `${arn}:1`]);
    const update = { FunctionName: name, ZipFile: zip(answering('second')), Publish: true };
    const updated = await t.lambda.send(new api.UpdateFunctionCodeCommand(update));
    expect(updated).toMatchObject({ FunctionArn: `${arn}:2`, State: 'Pending', StateReasonCode: 'Creating' });
    expect(updated).not.toHaveProperty('LastUpdateStatus');
    await t.cloud.clock.advance(2000);
    const { Configuration } = await t.lambda.send(new api.GetFunctionCommand({ FunctionName: name, Qualifier: '2' }));
    expect(Configuration!.State).toBe('Active');
  });

  test('what is not there, is there already, or does not fit is refused with its own error', async () => {
    const name = await deployed(answering('x'));
    expect(await refusal(t.lambda.send(new api.InvokeCommand({ FunctionName: 'none' })))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
    expect(await refusal(t.lambda.send(new api.GetAliasCommand({ FunctionName: name, Name: 'none' })))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(
      await refusal(t.lambda.send(new api.PublishVersionCommand({ FunctionName: name, CodeSha256: 'other' }))),
    ).toMatchObject({
      name: 'InvalidParameterValueException',
    });
    const create = {
      FunctionName: name,
      Role: await t.role(fresh('role')),
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zip('') },
    } as const;
    expect(await refusal(t.lambda.send(new api.CreateFunctionCommand(create)))).toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
    });
    expect(
      await refusal(
        t.lambda.send(
          new api.CreateFunctionCommand({
            ...create,
            FunctionName: 'new',
            Role: 'arn:aws:iam::111122223333:role/none',
          }),
        ),
      ),
    ).toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
    expect(
      await refusal(
        t.lambda.send(
          new api.CreateFunctionCommand({ ...create, FunctionName: 'new', Code: { ZipFile: Buffer.from('no zip') } }),
        ),
      ),
    ).toMatchObject({ name: 'InvalidParameterValueException' });
  });

  test('reserved concurrency throttles', async () => {
    const name = await deployed(answering('x'));
    await t.lambda.send(new api.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }));
    expect(await refusal(t.invoke(name))).toMatchObject({ name: 'TooManyRequestsException', status: 429 });
  });
});

describe('an event source mapping', () => {
  const queue = async () => {
    const { QueueUrl } = await t.sqs.send(
      new CreateQueueCommand({ QueueName: fresh('queue'), Attributes: { VisibilityTimeout: '30' } }),
    );
    const { Attributes } = await t.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    return { url: QueueUrl!, arn: Attributes!.QueueArn! };
  };
  const left = async (QueueUrl: string) => {
    const { Attributes = {} } = await t.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return [Attributes.ApproximateNumberOfMessages, Attributes.ApproximateNumberOfMessagesNotVisible];
  };
  const reader = () => t.role(fresh('reader'), { Effect: 'Allow', Action: 'sqs:*', Resource: '*' });

  test('hands over batches, deletes what succeeded, and brings back what is reported as failed', async () => {
    const { url, arn } = await queue();
    const name = await deployed(
      `exports.handler = async ({ Records }) => ({ batchItemFailures: Records.filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1').map(({ messageId }) => ({ itemIdentifier: messageId })) });`,
      { Role: await reader() },
    );
    await t.lambda.send(
      new api.CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: arn,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    );
    for (const MessageBody of ['good', 'bad']) await t.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    await t.cloud.clock.advance(1000);
    expect(await left(url)).toEqual(['0', '1']);
    await t.cloud.clock.advance(minute);
    expect(await left(url)).toEqual(['0', '0']);
  });

  test('needs a role that may read, and a queue that hides messages for long enough', async () => {
    const { arn } = await queue();
    const create = (FunctionName: string) =>
      refusal(t.lambda.send(new api.CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: arn })));
    expect(await create(await deployed('exports.handler = async () => 1;'))).toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('ReceiveMessage'),
    });
    expect(
      await create(await deployed('exports.handler = async () => 1;', { Role: await reader(), Timeout: 60 })),
    ).toMatchObject({
      message: 'Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    });
  });
});
