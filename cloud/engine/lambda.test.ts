import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import { area, eventually, refused } from './engines.ts';
import { logsOf } from './logs.ts';

const lines = async (t: Bench, name: string): Promise<string[]> => {
  const { events = [] } = await logsOf(t).send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }));
  return events.map(({ message = '' }) => message.trimEnd());
};

area('Lambda', (behaves) => {
  behaves('a function answers JSON, and its environment is kept for the next event', async (t) => {
    await t.deploy(
      'count',
      'let n = 0; exports.handler = async ({ by }) => ({ n: (n += by), value: process.env.VALUE });',
      {
        Environment: { Variables: { VALUE: 'given' } },
      },
    );
    expect((await t.invoke('count', { by: 2 })).payload).toEqual({ n: 2, value: 'given' });
    expect((await t.invoke('count', { by: 3 })).payload).toEqual({ n: 5, value: 'given' });
  });

  behaves('what it throws is told with type, message and trace', async (t) => {
    await t.deploy('fails', 'exports.handler = async () => { throw new RangeError("too much"); };');
    const { error, payload } = await t.invoke('fails');
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'RangeError', errorMessage: 'too much' });
    expect((payload as { trace: string[] }).trace[0]).toBe('RangeError: too much');
  });

  behaves('a time limit, an exit and a handler that is missing are told as AWS tells them', async (t) => {
    await t.deploy('hangs', 'exports.handler = () => new Promise(() => {});', { Timeout: 1 });
    expect((await t.invoke('hangs')).payload).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    await t.deploy('exits', 'exports.handler = async () => process.exit(3);');
    expect((await t.invoke('exits')).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
    });
    await t.deploy('lacks', 'exports.other = 1;');
    expect((await t.invoke('lacks')).payload).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });

  behaves('what is left behind stands still until the next event', async (t) => {
    const source = `let ticks = 0;
      exports.handler = async () => { const seen = ticks; setInterval(() => ticks++, 20).unref(); return seen; };`;
    await t.deploy('leaves', source);
    await t.invoke('leaves');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await t.invoke('leaves')).payload).toBeLessThan(10);
  });

  behaves('the log has START, the lines, END and REPORT; the answer has its tail', async (t) => {
    await t.deploy('talks', 'exports.handler = async () => console.log("a line");');
    const { LogResult, $metadata } = await t.lambda.send(new InvokeCommand({ FunctionName: 'talks', LogType: 'Tail' }));
    const tail = Buffer.from(LogResult!, 'base64').toString('utf8').trimEnd().split('\n');
    const id = $metadata.requestId;
    expect(tail.map((line) => line.replace(/^\S+Z/, 'T'))).toEqual([
      `START RequestId: ${id} Version: $LATEST`,
      `T\t${id}\tINFO\ta line`,
      `END RequestId: ${id}`,
      expect.stringMatching(new RegExp(`^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms`)),
    ]);
    await eventually(t, async () => (await lines(t, 'talks').catch(() => [])).length || undefined);
    expect(await lines(t, 'talks')).toEqual(tail);
  });

  behaves(
    'a search in the log finds the lines with the phrase alone',
    async (t) => {
      await t.deploy('talks', 'exports.handler = async () => console.log("needle");');
      await t.invoke('talks');
      await eventually(t, async () => (await lines(t, 'talks').catch(() => [])).length || undefined);
      const { events = [] } = await logsOf(t).send(
        new FilterLogEventsCommand({ logGroupName: '/aws/lambda/talks', filterPattern: '"needle"' }),
      );
      expect(events.length).toBe(1);
    },
    { localstack: 'answers all events, whatever the pattern' },
  );

  behaves('a version stays as it was, and an alias leads to it', async (t) => {
    const code = (answer: number) => ({
      ZipFile: zipSync({ 'index.js': strToU8(`exports.handler = async () => ${answer};`) }),
    });
    await t.deploy('two', '', { Code: code(1) });
    const { Version } = await t.lambda.send(new PublishVersionCommand({ FunctionName: 'two' }));
    await t.lambda.send(new CreateAliasCommand({ FunctionName: 'two', Name: 'live', FunctionVersion: Version }));
    await t.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'two', ...code(2) }));
    await eventually(t, async () => {
      const now = await t.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'two' }));
      return now.LastUpdateStatus === 'Successful' || undefined;
    });
    expect([(await t.invoke('two')).payload, (await t.invoke('two:live')).payload]).toEqual([2, 1]);
    const again = await t.lambda.send(new PublishVersionCommand({ FunctionName: 'two' }));
    const same = await t.lambda.send(new PublishVersionCommand({ FunctionName: 'two' }));
    expect([Version, again.Version, same.Version]).toEqual(['1', '2', '2']);
  });

  behaves('the configuration behind an alias is its version’s', async (t) => {
    await t.deploy('one', 'exports.handler = async () => 1;');
    await t.lambda.send(new PublishVersionCommand({ FunctionName: 'one' }));
    await t.lambda.send(new CreateAliasCommand({ FunctionName: 'one', Name: 'live', FunctionVersion: '1' }));
    const asked = (Qualifier: string) =>
      t.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'one', Qualifier }));
    expect((await asked('live')).Version).toBe('1');
    expect(await refused(asked('other'))).toBe('ResourceNotFoundException 404');
  });

  behaves('an update that changes nothing makes no version; one of the description makes one', async (t) => {
    await t.deploy('same', 'exports.handler = async () => 1;', { MemorySize: 256 });
    const publish = async (Description?: string) =>
      (await t.lambda.send(new PublishVersionCommand({ FunctionName: 'same', Description }))).Version;
    const update = async (more: object) => {
      await t.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'same', ...more }));
      await eventually(t, async () => {
        const now = await t.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'same' }));
        return now.LastUpdateStatus === 'Successful' || undefined;
      });
    };
    expect(await publish('a description of its own')).toBe('1');
    await update({ MemorySize: 256 });
    expect(await publish()).toBe('1');
    await update({ Description: 'changed' });
    expect([await publish(), await publish()]).toEqual(['2', '2']);
  });

  behaves(
    'the same code, uploaded again and published in the same call, makes no version',
    async (t) => {
      const ZipFile = zipSync({ 'index.js': strToU8('exports.handler = async () => 1;') });
      await t.deploy('again', '', { Code: { ZipFile }, Publish: true });
      const { Version } = await t.lambda.send(
        new UpdateFunctionCodeCommand({ FunctionName: 'again', ZipFile, Publish: true }),
      );
      expect(Version).toBe('1');
    },
    { localstack: 'publishes the same code again where an upload asks for it' },
  );

  behaves('the package that was deployed can be fetched, and the environment is what was given', async (t) => {
    await t.deploy('whole', 'exports.handler = async () => 1;', { Environment: { Variables: { GIVEN: '1' } } });
    const { Code, Configuration } = await t.lambda.send(new GetFunctionCommand({ FunctionName: 'whole' }));
    const zip = new Uint8Array(await (await fetch(Code!.Location!)).arrayBuffer());
    expect(Object.keys(unzipSync(zip))).toEqual(['index.js']);
    expect(Configuration!.Environment).toEqual({ Variables: { GIVEN: '1' } });
  });

  behaves('what is not there, and what is there already', async (t) => {
    expect(await refused(t.invoke('nothing'))).toBe('ResourceNotFoundException 404');
    await t.deploy('there', 'exports.handler = async () => 1;');
    const again = new CreateFunctionCommand({
      FunctionName: 'there',
      Role: `arn:aws:iam::${t.accountId}:role/there-role`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipSync({ 'index.js': strToU8('') }) },
    });
    expect(await refused(t.lambda.send(again))).toBe('ResourceConflictException 409');
  });

  behaves(
    'a variable’s name has two characters at least',
    async (t) => {
      const named = t.deploy('short', 'exports.handler = async () => 1;', { Environment: { Variables: { V: '1' } } });
      expect(await refused(named)).toMatch(/^(ValidationException|InvalidParameterValueException) 400$/);
    },
    { localstack: 'takes variables’ names of one letter' },
  );

  behaves('no concurrency, no invocation', async (t) => {
    await t.deploy('none', 'exports.handler = async () => 1;');
    await t.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'none', ReservedConcurrentExecutions: 0 }));
    expect(await refused(t.invoke('none'))).toBe('TooManyRequestsException 429');
  });

  behaves('an event is tried three times in all', async (t) => {
    await t.deploy(
      'tries',
      'exports.handler = async ({ id }) => { console.log("event", id); throw new Error("no"); };',
    );
    await t.lambda.send(
      new InvokeCommand({ FunctionName: 'tries', InvocationType: 'Event', Payload: JSON.stringify({ id: 'e1' }) }),
    );
    const tried = async () =>
      (await lines(t, 'tries').catch(() => [])).filter((line) => line.endsWith('event e1')).length;
    await eventually(t, async () => (await tried()) >= 3 || undefined, 1000, 300);
    await t.pass(3000);
    expect(await tried()).toBe(3);
  });

  behaves('of a batch from a queue, only what failed comes again', async (t) => {
    const queue = await t.sqs.send(
      new CreateQueueCommand({ QueueName: 'work', Attributes: { VisibilityTimeout: '2' } }),
    );
    const { QueueUrl } = queue;
    const { Attributes } = await t.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    const Role = await t.role('worker', [{ Effect: 'Allow', Action: actions, Resource: '*' }]);
    const source = `exports.handler = async ({ Records }) => ({
        batchItemFailures: Records.filter(({ body, attributes }) => {
          console.log('got', body);
          return body === 'twice' && attributes.ApproximateReceiveCount === '1';
        }).map(({ messageId }) => ({ itemIdentifier: messageId })),
      });`;
    await t.deploy('worker', source, { Role, Timeout: 2 });
    await t.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'worker',
        EventSourceArn: Attributes!.QueueArn,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    );
    for (const MessageBody of ['once', 'twice']) await t.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const got = async () =>
      (await lines(t, 'worker').catch(() => [])).flatMap((line) => /got (\w+)$/.exec(line)?.[1] ?? []);
    await eventually(t, async () => (await got()).length >= 3 || undefined, 500);
    await t.pass(3000);
    expect((await got()).sort()).toEqual(['once', 'twice', 'twice']);
  });
});
