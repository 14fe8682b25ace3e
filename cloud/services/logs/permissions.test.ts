/** Which resource each call is held against. */
import * as api from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Statement } from '../../identity/policy.ts';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';

let t: TestCloud;
let roles = 0;
const logGroupName = '/g';
const group = 'arn:aws:logs:us-east-1:111122223333:log-group:/g';

beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
beforeEach(async () => {
  const { logGroups = [] } = await t.logs.send(new api.DescribeLogGroupsCommand({}));
  for (const old of logGroups) await t.logs.send(new api.DeleteLogGroupCommand({ logGroupName: old.logGroupName }));
  await t.logs.send(new api.CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of ['one', 'two']) {
    await t.logs.send(new api.CreateLogStreamCommand({ logGroupName, logStreamName }));
  }
});

/** Logs as somebody sees them whom these statements alone allow anything. */
async function logsAs(...statements: Statement[]): Promise<api.CloudWatchLogsClient> {
  const role = await t.role(`role-${++roles}`, ...statements);
  const { expiration: _, ...credentials } = t.cloud.identity.mintSession(role, 'reader', 900);
  return t.as(credentials).logs;
}

const ofStream = (logStreamName: string): Record<string, (logs: api.CloudWatchLogsClient) => Promise<unknown>> => ({
  CreateLogStream: (logs) =>
    logs.send(new api.CreateLogStreamCommand({ logGroupName, logStreamName: `${logStreamName}-new` })),
  PutLogEvents: (logs) =>
    logs.send(
      new api.PutLogEventsCommand({
        logGroupName,
        logStreamName,
        logEvents: [{ timestamp: t.cloud.clock.now(), message: 'm' }],
      }),
    ),
  GetLogEvents: (logs) => logs.send(new api.GetLogEventsCommand({ logGroupName, logStreamName })),
  DeleteLogStream: (logs) => logs.send(new api.DeleteLogStreamCommand({ logGroupName, logStreamName })),
});
const ofGroup: Record<string, (logs: api.CloudWatchLogsClient) => Promise<unknown>> = {
  FilterLogEvents: (logs) => logs.send(new api.FilterLogEventsCommand({ logGroupName })),
  DescribeLogStreams: (logs) => logs.send(new api.DescribeLogStreamsCommand({ logGroupName })),
  PutRetentionPolicy: (logs) => logs.send(new api.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 })),
  TagLogGroup: (logs) => logs.send(new api.TagLogGroupCommand({ logGroupName, tags: { a: 'b' } })),
  DeleteLogGroup: (logs) => logs.send(new api.DeleteLogGroupCommand({ logGroupName })),
  CreateLogGroup: (logs) => logs.send(new api.CreateLogGroupCommand({ logGroupName })),
};

test('what is allowed on all of a group goes for the group and its streams', async () => {
  const logs = await logsAs({ Effect: 'Allow', Action: 'logs:*', Resource: `${group}:*` });
  for (const call of [...Object.values(ofStream('one')), ...Object.values(ofGroup)]) await call(logs);
});

test.each(Object.keys(ofStream('')))('%s may be allowed or denied on one stream', async (operation) => {
  const Action = `logs:${operation}`;
  const allowed = await logsAs({ Effect: 'Allow', Action, Resource: `${group}:log-stream:one*` });
  await ofStream('one')[operation]!(allowed);
  const stream = operation === 'CreateLogStream' ? 'two-new' : 'two';
  expect(await refusal(ofStream('two')[operation]!(allowed))).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`logs:${operation} on resource: ${group}:log-stream:${stream} because`),
  });
  const denied = await logsAs(
    { Effect: 'Allow', Action, Resource: '*' },
    { Effect: 'Deny', Action, Resource: `${group}:log-stream:one*` },
  );
  expect(await refusal(ofStream('one')[operation]!(denied))).toMatchObject({ name: 'AccessDeniedException' });
  await ofStream('two')[operation]!(denied);
});

test('what is denied on a stream goes on with its group', async () => {
  const logs = await logsAs(
    { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
    { Effect: 'Deny', Action: 'logs:*', Resource: `${group}:log-stream:one` },
  );
  for (const call of Object.values(ofGroup)) await call(logs);
});

test.each(Object.keys(ofGroup))('%s is of one group, in the words of AWS', async (operation) => {
  const logs = await logsAs({ Effect: 'Allow', Action: 'logs:*', Resource: `${group}-other:*` });
  expect(await refusal(ofGroup[operation]!(logs))).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`logs:${operation} on resource: ${group}:log-stream: because`),
  });
});

test('DescribeLogGroups is of no group', async () => {
  const describe = (logs: api.CloudWatchLogsClient) => logs.send(new api.DescribeLogGroupsCommand({}));
  await describe(
    await logsAs({ Effect: 'Allow', Action: 'logs:DescribeLogGroups', Resource: group.replace('/g', '*') }),
  );
  const one = await logsAs({ Effect: 'Allow', Action: 'logs:DescribeLogGroups', Resource: `${group}:*` });
  expect(await refusal(describe(one))).toMatchObject({ message: expect.stringContaining(':log-group::log-stream:') });
});

test('tags by ARN are of the ARN without a star', async () => {
  const list = (logs: api.CloudWatchLogsClient) =>
    logs.send(new api.ListTagsForResourceCommand({ resourceArn: group }));
  await list(await logsAs({ Effect: 'Allow', Action: 'logs:ListTagsForResource', Resource: group }));
  const starred = await logsAs({ Effect: 'Allow', Action: 'logs:ListTagsForResource', Resource: `${group}:*` });
  expect(await refusal(list(starred))).toMatchObject({
    message: expect.stringContaining(`resource: ${group} because`),
  });
});
