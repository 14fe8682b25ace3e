import * as api from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../../testing.ts';
import { createTable } from './testing.ts';

let t: TestCloud;
beforeAll(async () => {
  t = await openTestCloud();
});
afterAll(() => t.close());
const advance = (minutes: number) => t.cloud.clock.advance(minutes * 60_000);
const inMinutes = (minutes: number) => ({ N: String(Math.floor(t.cloud.clock.now() / 1000) + minutes * 60) });
const put = (TableName: string, id: string, expires: api.AttributeValue) =>
  t.dynamodb.send(new api.PutItemCommand({ TableName, Item: { id: { S: id }, expires } }));
const ids = async (TableName: string) =>
  (await t.dynamodb.send(new api.ScanCommand({ TableName }))).Items!.map(({ id }) => id!.S).sort();
const change = (TableName: string, Enabled: boolean, AttributeName = 'expires') =>
  t.dynamodb.send(new api.UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } }));
const status = async (TableName: string) =>
  (await t.dynamodb.send(new api.DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;

test('an expired item is read for half an hour more, and then it is gone', async () => {
  const table = await createTable(t);
  await put(table, 'early', inMinutes(10));
  await change(table, true);
  await put(table, 'late', inMinutes(60));
  await put(table, 'text', { S: inMinutes(10).N });
  await put(table, 'ancient', { N: '1000' });
  await advance(39);
  expect(await ids(table)).toEqual(['ancient', 'early', 'late', 'text']);
  await advance(1);
  expect(await ids(table)).toEqual(['ancient', 'late', 'text']);
  const hop = t.cloud.core.trace.entries().find(({ operation }) => operation === 'ExpireItem')!;
  expect(hop).toMatchObject({ kind: 'hop', service: 'dynamodb', resource: table, accountId: t.accountId });
  expect(t.cloud.core.trace.entries().find(({ id }) => id === hop.cause)?.operation).toBe('UpdateTimeToLive');
  await advance(50);
  expect(await ids(table)).toEqual(['ancient', 'text']);
});

test('an item whose time is prolonged stays', async () => {
  const table = await createTable(t);
  await change(table, true);
  await put(table, 'lease', inMinutes(10));
  await advance(30);
  await put(table, 'lease', inMinutes(30));
  await advance(30);
  expect(await ids(table)).toEqual(['lease']);
  await advance(30);
  expect(await ids(table)).toEqual([]);
});

test('nothing expires once it is turned off', async () => {
  const table = await createTable(t);
  await change(table, true);
  await put(table, 'kept', inMinutes(90));
  await advance(60);
  await change(table, false);
  await advance(600);
  expect(await ids(table)).toEqual(['kept']);
});

test('turning it on takes a minute, and it cannot be changed again within the hour', async () => {
  const table = await createTable(t);
  expect(await status(table)).toEqual({ TimeToLiveStatus: 'DISABLED' });
  await change(table, true);
  expect(await status(table)).toEqual({ TimeToLiveStatus: 'ENABLING', AttributeName: 'expires' });
  await advance(1);
  expect(await status(table)).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
  const messages = [
    ['TimeToLive is already enabled', () => change(table, true)],
    [
      'TimeToLive is active on a different AttributeName: current AttributeName is expires',
      () => change(table, true, 'x'),
    ],
    ['Time to live has been modified multiple times within a fixed interval', () => change(table, false)],
  ] as const;
  for (const [message, call] of messages) {
    expect(await refusal(call())).toEqual({ name: 'ValidationException', status: 400, message });
  }
  await advance(60);
  await change(table, false);
  expect(await status(table)).toEqual({ TimeToLiveStatus: 'DISABLING', AttributeName: 'expires' });
  await advance(60);
  expect((await refusal(change(table, false))).message).toBe('TimeToLive is already disabled');
});
