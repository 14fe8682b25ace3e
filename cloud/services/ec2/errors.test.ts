/**
 * EC2's errors on the wire: a form that no other service has.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response
 */
import { DescribeInstancesCommand, DescribeVpcsCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawAnswer } from '../../testing.ts';
import { type Ec2Bench, IMAGE, openEc2Bench } from './testing.ts';

let bench: Ec2Bench;
beforeAll(async () => {
  bench = await openEc2Bench();
});
afterAll(() => bench.close());

const LAUNCH = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 } as const;
const LOST = 'i-0123456789abcdef0';

/** The whole body, with the id of the request left out. */
const told = async (command: object, client = bench.ec2): Promise<[number, string, string | null]> => {
  const { status, body, headers } = await rawAnswer(client, command);
  return [status, body.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'ID'), headers.get('content-type')];
};

const error = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>ID</RequestID></Response>`;

test.each([
  [
    'an instance that is not there',
    new DescribeInstancesCommand({ InstanceIds: [LOST] }),
    400,
    'InvalidInstanceID.NotFound',
    `The instance ID '${LOST}' does not exist`,
  ],
  [
    'a parameter that is missing',
    new RunInstancesCommand({ ...LAUNCH, ImageId: undefined }),
    400,
    'MissingParameter',
    'The request must contain the parameter ImageId',
  ],
  [
    'a dry run',
    new RunInstancesCommand({ ...LAUNCH, DryRun: true }),
    412,
    'DryRunOperation',
    'Request would have succeeded, but DryRun flag is set.',
  ],
  ['an operation that is not built', new DescribeVpcsCommand({}), 501, 'NotImplemented', expect.any(String)],
])('%s', async (_, command, status, code, message) => {
  const expected = typeof message === 'string' ? error(code, message) : expect.stringContaining(`<Code>${code}</Code>`);
  expect(await told(command)).toEqual([status, expected, 'text/xml;charset=UTF-8']);
});

test('what a policy does not allow', async () => {
  const role = await bench.role('nobody');
  const { accessKeyId, secretAccessKey, sessionToken } = bench.cloud.identity.mintSession(role, 'session', 900);
  const nobody = await bench.as({ accessKeyId, secretAccessKey, sessionToken: sessionToken! }).ec2();
  const who = `arn:aws:sts::${bench.accountId}:assumed-role/nobody/session`;
  expect(await told(new RunInstancesCommand(LAUNCH), nobody)).toEqual([
    403,
    error(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. User: ${who} is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:${bench.accountId}:instance/* because no identity-based policy allows the ec2:RunInstances action`,
    ),
    'text/xml;charset=UTF-8',
  ]);
});

test.each([
  ['Action=NoSuchAction', 'InvalidAction', 'The action NoSuchAction is not valid for this web service.'],
  ['', 'MissingAction', 'The request must contain the parameter Action'],
])('a form that says "%s"', async (form, code, message) => {
  const open = await openEc2Bench({ identity: 'open' });
  const response = await fetch(open.cloud.url, {
    method: 'POST',
    body: new URLSearchParams(`${form}&Version=2016-11-15`),
  });
  expect(response.status).toBe(400);
  expect((await response.text()).replace(/<RequestID>[^<]*/, '<RequestID>ID')).toBe(error(code, message));
  await open.close();
});
