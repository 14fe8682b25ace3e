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
/** Takes requests that nobody has signed. */
let open: TestCloud;

beforeAll(async () => {
  aws = await openTestCloud();
  open = await openTestCloud({ identity: 'open' });
});
afterAll(async () => {
  await aws.close();
  await open.close();
});

/** An open cloud learns from it what service is meant, and looks at no signature. */
const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=111122223333/20270101/us-east-1/monitoring/aws4_request' };
const post = (headers: Record<string, string>, body: string, path = '/') =>
  fetch(open.cloud.url + path, { method: 'POST', headers: { ...signed, ...headers }, body });
const target = (operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
});

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
  const metric = { Namespace: 'dialects', MetricName: protocol, Dimensions: [{ Name: 'a & b', Value: '<u>' }] };
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
      AlarmDescription: '<ü> & “€”',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1.25,
      ComparisonOperator: 'LessThanThreshold',
    }),
  );
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [protocol] }));
  expect(MetricAlarms).toMatchObject([
    { ...metric, AlarmDescription: '<ü> & “€”', Threshold: 1.25, ActionsEnabled: true, AlarmActions: [] },
  ]);

  const set = (AlarmName: string, StateValue: string) =>
    refusal(client.send(new SetAlarmStateCommand({ AlarmName, StateValue: StateValue as 'OK', StateReason: 'x' })));
  expect(await set(protocol, 'INVALID')).toMatchObject({
    name: 'ValidationException',
    status: 400,
    message: expect.stringContaining("Value 'INVALID' at 'stateValue'"),
  });
  expect(await set('nobody', 'OK')).toMatchObject({ name: 'ResourceNotFound', status: 404 });
});

/** As AWS answers them, byte for byte but for the id. */
const invalid =
  "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]";
const both =
  'The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.';
const datum = { 'MetricData.member.1.MetricName': 'm', 'MetricData.member.1.Value': '1' };

test.each([
  [
    { Action: 'SetAlarmState', AlarmName: 'a', StateReason: 'x', StateValue: 'INVALID' },
    400,
    `<Code>ValidationError</Code><Message>${invalid}</Message>`,
  ],
  [
    { Action: 'SetAlarmState', AlarmName: 'a', StateReason: 'x', StateValue: 'OK' },
    404,
    '<Code>ResourceNotFound</Code>',
  ],
  [
    { Action: 'PutMetricData', Namespace: 'n', ...datum, 'MetricData.member.1.Values.member.1': '1' },
    400,
    `<Code>InvalidParameterCombination</Code><Message>${both}</Message>`,
  ],
  [
    { Action: 'PutMetricData', Namespace: 'n' },
    400,
    '<Code>MissingParameter</Code><Message>The parameter MetricData is required.</Message>',
  ],
])('an error in Query, as it is written: %o', async (parameters, status, told) => {
  const response = await post(
    { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams({ Version: '2010-08-01', ...parameters } as Record<string, string>).toString(),
  );
  expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/xml']);
  expect((await response.text()).replace(/(?<=<RequestId>)[\w-]{36}(?=<)/, 'ID')).toBe(
    `<ErrorResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><Error><Type>Sender</Type>${told}</Error><RequestId>ID</RequestId></ErrorResponse>`,
  );
});

test.each([
  ['INVALID', 'ValidationError;Sender', { __type: 'com.amazon.coral.validate#ValidationException', message: invalid }],
  ['OK', 'ResourceNotFound;Sender', { __type: 'com.amazonaws.cloudwatch.v2010_08_01#ResourceNotFound' }],
])('an error in JSON, as it is written: state %s', async (StateValue, code, body) => {
  const response = await post(
    target('SetAlarmState'),
    JSON.stringify({ AlarmName: 'a', StateReason: 'x', StateValue }),
  );
  expect(response.headers.get('x-amzn-query-error')).toBe(code);
  expect(await response.json()).toEqual(body);
});

test('what is no gzip, no CBOR or no operation is refused in the language it came in', async () => {
  const gzip = await post({ ...target('PutMetricData'), 'content-encoding': 'gzip' }, 'no gzip');
  expect([gzip.status, (await gzip.json()).__type]).toEqual([400, 'SerializationException']);
  const cbor = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
  const broken = await post(cbor, '\u00ff\u00ff', '/service/GraniteServiceVersion20100801/operation/PutMetricData');
  expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/cbor']);
  const unknown = await post(cbor, '', '/service/GraniteServiceVersion20100801/operation/Nothing');
  expect(unknown.status).toBe(404);
  const query = await post(
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Action=Nothing&Version=2010-08-01',
  );
  expect(await query.text()).toContain('<Code>InvalidAction</Code>');
});
