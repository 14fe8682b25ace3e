/** One service, spoken to by the SDK in each protocol that clients of CloudWatch have. */
import {
  CloudWatchClient,
  type CloudWatchClientConfig,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, refusal, type TestCloud } from '../testing.ts';

let aws: TestCloud;

beforeAll(async () => {
  aws = await openTestCloud();
});
afterAll(() => aws.close());

const config = () => ({
  endpoint: aws.cloud.url,
  region: 'us-east-1',
  credentials: aws.cloud.identity.rootCredentials(aws.accountId),
  maxAttempts: 1,
});

test.each([
  ['JSON', {}],
  ['CBOR', { protocol: SmithyRpcV2CborProtocol }],
  ['Query', { protocol: AwsQueryProtocol }],
])('%s', async (protocol, more) => {
  const client = new CloudWatchClient({ ...config(), ...more } as CloudWatchClientConfig);
  const now = new Date(Math.floor(aws.cloud.clock.now() / 60_000) * 60_000);
  const metric = { Namespace: 'dialects', MetricName: protocol, Dimensions: [{ Name: 'a & b', Value: '<ü>' }] };
  const { Namespace, ...datum } = metric;
  await client.send(
    new PutMetricDataCommand({
      Namespace,
      MetricData: [{ ...datum, Values: [1.5, 2], Counts: [1, 2], Timestamp: now }],
    }),
  );
  const { Datapoints } = await client.send(
    new GetMetricStatisticsCommand({
      ...metric,
      StartTime: now,
      EndTime: new Date(now.getTime() + 60_000),
      Period: 60,
      Statistics: ['Sum'],
      ExtendedStatistics: ['p50'],
    }),
  );
  expect(Datapoints).toEqual([{ Timestamp: now, Unit: 'None', Sum: 5.5, ExtendedStatistics: { p50: 2 } }]);
  await client.send(
    new PutMetricAlarmCommand({
      ...metric,
      AlarmName: protocol,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1.25,
      ComparisonOperator: 'LessThanThreshold',
    }),
  );
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [protocol] }));
  expect(MetricAlarms).toMatchObject([{ ...metric, Threshold: 1.25, ActionsEnabled: true, AlarmActions: [] }]);

  const set = (AlarmName: string, StateValue: string) =>
    refusal(client.send(new SetAlarmStateCommand({ AlarmName, StateValue: StateValue as 'OK', StateReason: 'x' })));
  expect(await set(protocol, 'INVALID')).toMatchObject({
    name: 'ValidationException',
    status: 400,
    message: expect.stringContaining("Value 'INVALID' at 'stateValue'"),
  });
  expect(await set('nobody', 'OK')).toMatchObject({ name: 'ResourceNotFound', status: 404 });
});

test('what is no gzip, no CBOR or no operation is refused in the language it came in', async () => {
  const open = await openTestCloud({ identity: 'open' });
  try {
    const target = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData',
    };
    const send = (headers: Record<string, string>, body: string, path = '/') =>
      fetch(open.cloud.url + path, { method: 'POST', headers, body });
    const gzip = await send({ ...target, 'content-encoding': 'gzip' }, 'no gzip');
    expect([gzip.status, (await gzip.json()).__type]).toEqual([400, 'SerializationException']);
    const cbor = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
    const broken = await send(cbor, '\u00ff\u00ff', '/service/GraniteServiceVersion20100801/operation/PutMetricData');
    expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/cbor']);
    const unknown = await send(cbor, '', '/service/GraniteServiceVersion20100801/operation/Nothing');
    expect(unknown.status).toBe(404);
    const query = await send(
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Action=Nothing&Version=2010-08-01',
    );
    expect(await query.text()).toContain('<Code>InvalidAction</Code>');
  } finally {
    await open.close();
  }
});
