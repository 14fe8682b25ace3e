/** What EC2 refuses, and how, by the unmodified SDK. */
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeVpcsCommand,
  GetConsoleOutputCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { base64, type Ec2Bench, IMAGE, openEc2Bench } from './testing.ts';

let bench: Ec2Bench;
beforeEach(async () => {
  bench = await openEc2Bench();
});
afterEach(async () => {
  expect(bench.cloud.internalErrors).toEqual([]);
  await bench.close();
});

const wanted = (more: Partial<RunInstancesCommandInput> = {}): RunInstancesCommand =>
  new RunInstancesCommand({ ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...more });
const run = async (more: Partial<RunInstancesCommandInput> = {}): Promise<string[]> =>
  (await bench.ec2.send(wanted(more))).Instances!.map(({ InstanceId }) => InstanceId!);

const LOST = 'i-0123456789abcdef0';
const lost = [LOST];
type Refusal = [what: string, command: object, name: string, message: RegExp, status?: number];

test.each<Refusal>([
  ['no image', wanted({ ImageId: undefined }), 'MissingParameter', /parameter ImageId/],
  [
    'an image that is none',
    wanted({ ImageId: 'ami-x' }),
    'InvalidAMIID.Malformed',
    /Invalid id: "ami-x" \(expecting "ami-\.\.\."\)/,
  ],
  [
    'no such type',
    wanted({ InstanceType: 't3.huge' as never }),
    'InvalidParameterValue',
    /Invalid value 't3.huge' for InstanceType/,
  ],
  ['none at least', wanted({ MinCount: 0 }), 'InvalidParameterValue', /parameter minCount is invalid/],
  ['more at least than at most', wanted({ MinCount: 2 }), 'InvalidParameterCombination', /must not be larger/],
  [
    'no such profile',
    wanted({ IamInstanceProfile: { Name: 'x' } }),
    'InvalidParameterValue',
    /Value \(x\) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name/,
  ],
  ['user data in plain', wanted({ UserData: '#!/bin/sh' }), 'InvalidUserData.Malformed', /Invalid BASE64 encoding/],
  [
    'much user data',
    wanted({ UserData: base64('x'.repeat(16_385)) }),
    'InvalidParameterValue',
    /User data is limited to 16384 bytes/,
  ],
  [
    'a tag of AWS',
    wanted({ TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:x' }] }] }),
    'InvalidParameterValue',
    /reserved for internal use/,
  ],
  [
    'tags on what no launch makes',
    wanted({ TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: 'b' }] }] }),
    'InvalidParameterValue',
    /^'vpc' is not a valid taggable resource type for this operation\.$/,
  ],
  [
    'a tag that cannot be read as metadata',
    wanted({
      MetadataOptions: { InstanceMetadataTags: 'enabled' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Patch Group' }] }],
    }),
    'InvalidParameterValue',
    /^'Patch Group' is not a valid tag key\. Tag keys must match pattern \(\[0-9a-zA-Z\\\\-_\+=,\.@:\]\{1,255\}\), and must not be a reserved name \('\.', '\.\.', '_index'\)$/,
  ],
  [
    'tokens perhaps',
    wanted({ MetadataOptions: { HttpTokens: 'perhaps' as never } }),
    'InvalidParameterValue',
    /Value \(perhaps\) for parameter HttpTokens is invalid/,
  ],
  [
    'a metadata service that is half there',
    wanted({ MetadataOptions: { HttpEndpoint: 'half' as never } }),
    'InvalidParameterValue',
    /Value \(half\) for parameter HttpEndpoint is invalid/,
  ],
  [
    'tags perhaps',
    wanted({ MetadataOptions: { InstanceMetadataTags: 'on' as never } }),
    'InvalidParameterValue',
    /Value \(on\) for parameter InstanceMetadataTags is invalid/,
  ],
  [
    'no hop',
    wanted({ MetadataOptions: { HttpPutResponseHopLimit: 0 } }),
    'InvalidParameterValue',
    /Value \(0\) for parameter HttpPutResponseHopLimit is invalid/,
  ],
  [
    'more than 64 hops',
    wanted({ MetadataOptions: { HttpPutResponseHopLimit: 65 } }),
    'InvalidParameterValue',
    /Value \(65\) for parameter HttpPutResponseHopLimit is invalid/,
  ],
  [
    'a zone elsewhere',
    wanted({ Placement: { AvailabilityZone: 'eu-west-1a' } }),
    'InvalidParameterValue',
    /availability zone/,
  ],
  [
    'a dry run',
    wanted({ DryRun: true }),
    'DryRunOperation',
    /Request would have succeeded, but DryRun flag is set/,
    412,
  ],
  [
    'to describe nobody',
    new DescribeInstancesCommand({ InstanceIds: lost }),
    'InvalidInstanceID.NotFound',
    /^The instance ID 'i-0123456789abcdef0' does not exist$/,
  ],
  [
    'to describe two of nobody',
    new DescribeInstancesCommand({ InstanceIds: [LOST, 'i-0123456789abcdef1'] }),
    'InvalidInstanceID.NotFound',
    /^The instance IDs '.*, .*' do not exist$/,
  ],
  [
    'to describe no id',
    new DescribeInstancesCommand({ InstanceIds: ['web-1'] }),
    'InvalidInstanceID.Malformed',
    /Invalid id: "web-1"/,
  ],
  [
    'no such filter',
    new DescribeInstancesCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] }),
    'InvalidParameterValue',
    /The filter 'colour' is invalid/,
  ],
  [
    'a small page',
    new DescribeInstancesCommand({ MaxResults: 2 }),
    'InvalidParameterValue',
    /parameter maxResults is invalid/,
  ],
  [
    'a token that is none',
    new DescribeInstancesCommand({ MaxResults: 5, NextToken: 'x' }),
    'InvalidNextToken',
    /token/,
  ],
  [
    'to terminate nobody',
    new TerminateInstancesCommand({ InstanceIds: lost }),
    'InvalidInstanceID.NotFound',
    /does not exist/,
  ],
  ['to stop nobody', new StopInstancesCommand({ InstanceIds: lost }), 'InvalidInstanceID.NotFound', /does not exist/],
  ['to start nobody', new StartInstancesCommand({ InstanceIds: lost }), 'InvalidInstanceID.NotFound', /does not exist/],
  [
    'to reboot nobody',
    new RebootInstancesCommand({ InstanceIds: lost }),
    'InvalidInstanceID.NotFound',
    /does not exist/,
  ],
  ['no ids', new TerminateInstancesCommand({ InstanceIds: [] }), 'MissingParameter', /InstanceId/],
  [
    'the console of nobody',
    new GetConsoleOutputCommand({ InstanceId: LOST }),
    'InvalidInstanceID.NotFound',
    /does not exist/,
  ],
  [
    'tags on nobody',
    new CreateTagsCommand({ Resources: lost, Tags: [{ Key: 'a', Value: 'b' }] }),
    'InvalidInstanceID.NotFound',
    /does not exist/,
  ],
  [
    'a spot instance',
    wanted({ InstanceMarketOptions: { MarketType: 'spot' } }),
    'NotImplemented',
    /do not take InstanceMarketOptions/,
    501,
  ],
  [
    'a launch template',
    wanted({ LaunchTemplate: { LaunchTemplateName: 'x' } }),
    'NotImplemented',
    /do not take LaunchTemplate/,
    501,
  ],
  ['what is not built', new DescribeVpcsCommand({}), 'NotImplemented', /ec2:DescribeVpcs is not built/, 501],
])('refuses %s as AWS does', async (_, command, name, message, status = 400) => {
  const seen = await refusal(bench.ec2.send(command as RunInstancesCommand));
  expect(seen).toMatchObject({ name, status });
  expect(seen.message).toMatch(message);
});

test('refuses a tag that an instance could not read as metadata, where it is to read them', async () => {
  const [open] = (await run({ MetadataOptions: { InstanceMetadataTags: 'enabled' } })) as [string];
  const [closed] = (await run()) as [string];
  const put = (id: string) =>
    bench.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a/b', Value: 'c' }] }));
  expect((await refusal(put(open))).message).toMatch(/^'a\/b' is not a valid tag key/);
  await put(closed);
});

test('refuses what an instance’s state does not allow', async () => {
  const [id] = (await run()) as [string];
  const InstanceIds = [id];
  const stop = () => refusal(bench.ec2.send(new StopInstancesCommand({ InstanceIds })));
  expect(await stop()).toMatchObject({
    name: 'IncorrectInstanceState',
    message: `This instance '${id}' is not in a state from which it can be stopped.`,
  });
  await bench.pass(3);
  await bench.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  await bench.pass(2);
  expect((await stop()).name).toBe('IncorrectInstanceState');
  expect(await refusal(bench.ec2.send(new StartInstancesCommand({ InstanceIds })))).toMatchObject({
    name: 'IncorrectInstanceState',
    message: `The instance '${id}' is not in a state from which it can be started.`,
  });
});
