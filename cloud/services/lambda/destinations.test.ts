/** Who is told how an asynchronous invocation ended, and what. The records are AWS's. */
import * as eb from '@aws-sdk/client-eventbridge';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import * as api from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { refusal, takeMessages } from '../../testing.ts';
import {
  deployed,
  ECHO,
  FAILING,
  fresh,
  functionArn,
  MINUTE,
  queue,
  roleFor,
  runs,
  sendEvent,
  t,
  useCloud,
} from './testing.ts';

useCloud();

const configure = (FunctionName: string, more: Partial<api.PutFunctionEventInvokeConfigCommandInput>) =>
  t.lambda.send(new api.PutFunctionEventInvokeConfigCommand({ FunctionName, ...more }));
const bodies = async (url: string) => (await takeMessages(t.sqs, url)).map(({ body }) => JSON.parse(body));

describe('a destination', () => {
  test('gets a record of what succeeded', async () => {
    const { url, arn } = await queue();
    const name = await deployed(ECHO, { Role: await roleFor('sqs:SendMessage') });
    await configure(name, { DestinationConfig: { OnSuccess: { Destination: arn } } });
    await sendEvent(name, { id: 1 }, 1000);
    const [record, ...rest] = await bodies(url);
    expect(rest).toEqual([]);
    expect(record).toEqual({
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestContext: {
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        functionArn: `${functionArn(name)}:$LATEST`,
        condition: 'Success',
        approximateInvokeCount: 1,
      },
      requestPayload: { id: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { event: { id: 1 } },
    });
  });

  test('gets a record of what failed for good, and none before', async () => {
    const { url, arn } = await queue();
    const name = await deployed(FAILING, { Role: await roleFor('sqs:SendMessage') });
    await configure(name, { DestinationConfig: { OnFailure: { Destination: arn }, OnSuccess: { Destination: arn } } });
    await sendEvent(name, {}, 3 * MINUTE - 1);
    expect(await bodies(url)).toEqual([]);
    await t.cloud.clock.advance(1);
    expect(await bodies(url)).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'TypeError', errorMessage: 'always' },
      },
    ]);
  });

  test.each([
    [60, 1],
    [180, 2],
  ])('hears of an event that was to be no older than %i s after %i runs', async (MaximumEventAgeInSeconds, count) => {
    const { url, arn } = await queue();
    const name = await deployed(FAILING, { Role: await roleFor('sqs:SendMessage') });
    await configure(name, { MaximumEventAgeInSeconds, DestinationConfig: { OnFailure: { Destination: arn } } });
    await sendEvent(name, {});
    expect(runs(name)).toBe(count);
    expect(await bodies(url)).toMatchObject([
      { requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: count } },
    ]);
  });

  test('hears at once of events for a function that is switched off, which have no response', async () => {
    const { url, arn } = await queue();
    const name = await deployed(ECHO, { Role: await roleFor('sqs:SendMessage') });
    await configure(name, { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: arn } } });
    await t.lambda.send(new api.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }));
    await sendEvent(name, {}, 0);
    const [record] = await bodies(url);
    expect(record.requestContext).toMatchObject({ condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 });
    expect(Object.keys(record).sort()).toEqual(['requestContext', 'requestPayload', 'timestamp', 'version']);
    expect(runs(name)).toBe(0);
  });

  test('is that of the alias which was invoked', async () => {
    const [{ url, arn }, latest] = [await queue(), await queue()];
    const name = await deployed(ECHO, { Role: await roleFor('sqs:SendMessage') });
    await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }));
    await t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
    await configure(name, { Qualifier: 'live', DestinationConfig: { OnSuccess: { Destination: arn } } });
    await configure(name, { DestinationConfig: { OnSuccess: { Destination: latest.arn } } });
    await sendEvent(`${name}:live`, {}, 1000);
    expect(await bodies(latest.url)).toEqual([]);
    expect(await bodies(url)).toMatchObject([
      { requestContext: { functionArn: `${functionArn(name)}:live` }, responseContext: { executedVersion: '1' } },
    ]);
  });

  test('may be another function', async () => {
    const other = await deployed(
      `exports.handler = async (event) => { console.log(event.requestContext.condition); };`,
    );
    const name = await deployed(ECHO, { Role: await roleFor('lambda:InvokeFunction') });
    await configure(name, { DestinationConfig: { OnSuccess: { Destination: functionArn(other) } } });
    await sendEvent(name, {}, 1000);
    expect(runs(other)).toBe(1);
  });

  test('may be an event bus', async () => {
    const { url, arn } = await queue();
    const Policy = JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn },
      ],
    });
    await t.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
    const Name = fresh('bus');
    const bus = (await t.events.send(new eb.CreateEventBusCommand({ Name }))).EventBusArn!;
    const EventPattern = JSON.stringify({ source: ['lambda'], detail: { requestContext: { condition: ['Success'] } } });
    await t.events.send(new eb.PutRuleCommand({ Name: 'r', EventBusName: Name, EventPattern }));
    await t.events.send(new eb.PutTargetsCommand({ Rule: 'r', EventBusName: Name, Targets: [{ Id: 'q', Arn: arn }] }));
    const name = await deployed(ECHO, { Role: await roleFor('events:PutEvents') });
    await configure(name, { DestinationConfig: { OnSuccess: { Destination: bus } } });
    await sendEvent(name, { a: 1 }, 1000);
    expect(await bodies(url)).toMatchObject([
      {
        version: '0',
        source: 'lambda',
        'detail-type': 'Lambda Function Invocation Result - Success',
        account: t.accountId,
        resources: [bus, `${functionArn(name)}:$LATEST`],
        detail: { requestPayload: { a: 1 }, responsePayload: { event: { a: 1 } } },
      },
    ]);
  });

  test('that the role may not use any more gets nothing; the trace tells why', async () => {
    const { url, arn } = await queue();
    const Role = await roleFor('sqs:SendMessage');
    const name = await deployed(ECHO, { Role });
    await configure(name, { DestinationConfig: { OnSuccess: { Destination: arn } } });
    const Statement = [{ Effect: 'Deny', Action: 'sqs:*', Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const RoleName = Role.split('/').at(-1);
    await t.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'no', PolicyDocument }));
    await sendEvent(name, {}, 1000);
    expect(await bodies(url)).toEqual([]);
    const hop = t.cloud.core.trace.entries().findLast(({ operation }) => operation === 'SendToDestination');
    expect(hop).toMatchObject({ resource: arn, error: 'AccessDenied' });
  });
});

test('a record that is too large for its queue is not delivered', async () => {
  const { url, arn } = await queue();
  const large = await deployed(`exports.handler = async () => 'x'.repeat(1_048_576);`, {
    Role: await roleFor('sqs:SendMessage'),
  });
  await configure(large, { DestinationConfig: { OnSuccess: { Destination: arn } } });
  await sendEvent(large, {}, 1000);
  expect(await bodies(url)).toEqual([]);
  const hop = t.cloud.core.trace.entries().findLast(({ operation }) => operation === 'SendToDestination');
  expect(hop).toMatchObject({ resource: arn, error: 'InvalidParameterValue' });
});

test('an event whose alias is gone is dropped when it is too old, and told of with the role of $LATEST', async () => {
  const { url, arn } = await queue();
  const name = await deployed(FAILING, { Role: await roleFor('sqs:SendMessage') });
  await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }));
  await t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
  const DestinationConfig = { OnFailure: { Destination: arn } };
  await configure(name, { Qualifier: 'live', MaximumEventAgeInSeconds: 60, DestinationConfig });
  await t.lambda.send(new api.InvokeCommand({ FunctionName: `${name}:live`, InvocationType: 'Event' }));
  await t.lambda.send(new api.DeleteAliasCommand({ FunctionName: name, Name: 'live' }));
  await t.cloud.clock.advance(2 * MINUTE);
  expect(await bodies(url)).toMatchObject([
    { requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 }, requestPayload: null },
  ]);
});

test('a reset forgets the events that wait', async () => {
  const Role = await roleFor();
  const name = await deployed(FAILING, { Role });
  await sendEvent(name, {}, 1000);
  await t.cloud.lambda.reset(t.accountId);
  await t.deploy(name, FAILING, { Role });
  await t.cloud.clock.advance(10 * MINUTE);
  expect(runs(name)).toBe(1);
});

describe('a dead-letter queue', () => {
  test('gets the event itself, and why', async () => {
    const { url, arn } = await queue();
    const Role = await roleFor('sqs:SendMessage');
    const name = await deployed(FAILING, { Role, DeadLetterConfig: { TargetArn: arn } });
    const configuration = await t.lambda.send(new api.GetFunctionConfigurationCommand({ FunctionName: name }));
    expect(configuration.DeadLetterConfig).toEqual({ TargetArn: arn });
    await sendEvent(name, { id: 1 });
    expect(await takeMessages(t.sqs, url)).toEqual([
      {
        body: '{"id":1}',
        attributes: { RequestID: expect.stringMatching(/^[\da-f-]{36}$/), ErrorCode: '200', ErrorMessage: 'always' },
      },
    ]);
  });

  test('gets it beside a destination; an empty ARN takes the queue away, no ARN does not', async () => {
    const [dead, other] = [await queue(), await queue()];
    const Role = await roleFor('sqs:SendMessage');
    const name = await deployed(FAILING, { Role, DeadLetterConfig: { TargetArn: dead.arn } });
    await configure(name, { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: other.arn } } });
    await sendEvent(name, {}, 1000);
    expect(await bodies(dead.url)).toHaveLength(1);
    expect(await bodies(other.url)).toHaveLength(1);
    const update = async (DeadLetterConfig: api.DeadLetterConfig) => {
      const changed = await t.lambda.send(
        new api.UpdateFunctionConfigurationCommand({ FunctionName: name, DeadLetterConfig }),
      );
      await t.cloud.clock.advance(2000);
      return changed.DeadLetterConfig;
    };
    expect(await update({})).toEqual({ TargetArn: dead.arn });
    expect(await update({ TargetArn: '' })).toBeUndefined();
    await sendEvent(name, {}, 1000);
    expect(await bodies(dead.url)).toEqual([]);
    expect(await bodies(other.url)).toHaveLength(1);
  });

  test.each([
    [
      'may not be sent to',
      [],
      'sqs',
      'InvalidParameterValueException',
      400,
      'The provided execution role does not have permissions to call SendMessage on SQS',
    ],
    ['is a topic', ['*'], 'sns', 'NotImplemented', 501, 'Dead letters of this cloud do not go to SNS.'],
  ] as const)('is refused when it %s', async (_, actions, service, name, status, message) => {
    const { arn } = await queue();
    const create = deployed(ECHO, {
      Role: await roleFor(...actions),
      DeadLetterConfig: { TargetArn: arn.replace(':sqs:', `:${service}:`) },
    });
    expect(await refusal(create)).toMatchObject({ name, status, message });
  });
});
