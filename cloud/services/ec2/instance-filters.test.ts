/** What instances are found by. */
import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { type Ec2Bench, openEc2Bench } from './testing.ts';

let bench: Ec2Bench;
let worker: string;
let stopped: string;
beforeAll(async () => {
  bench = await openEc2Bench();
  await bench.profile('worker');
  const Tags = [
    { Key: 'role', Value: 'worker' },
    { Key: 'empty', Value: '' },
  ];
  worker = await bench.launch(undefined, {
    IamInstanceProfile: { Name: 'worker' },
    KeyName: 'mine',
    MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 3, InstanceMetadataTags: 'enabled' },
    TagSpecifications: [{ ResourceType: 'instance', Tags }],
  });
  stopped = await bench.launch(undefined, { InstanceType: 'm7g.large' });
  await bench.ec2.send(new StopInstancesCommand({ InstanceIds: [stopped] }));
  await bench.pass(2);
});
afterAll(() => bench.close());

const both = () => [worker, stopped];
const one = () => [worker];
const other = () => [stopped];
const none = () => [];
const find = async (Name: string, ...Values: string[]) => {
  const { Reservations } = await bench.ec2.send(new DescribeInstancesCommand({ Filters: [{ Name, Values }] }));
  return Reservations!.flatMap(({ Instances }) => Instances!.map(({ InstanceId }) => InstanceId!));
};

test.each<[name: string, value: string, found: () => string[]]>([
  ['architecture', 'arm64', other],
  ['availability-zone', 'us-east-1a', both],
  ['dns-name', '*', none],
  ['ebs-optimized', 'false', both],
  ['ena-support', 'true', both],
  ['hypervisor', 'xen', both],
  ['iam-instance-profile.arn', '*/worker', one],
  ['iam-instance-profile.id', 'AIPA*', one],
  ['instance-lifecycle', 'spot', none],
  ['instance.group-name', 'default', both],
  ['ip-address', '*', none],
  ['key-name', 'mine', one],
  ['metadata-options.http-endpoint', 'enabled', both],
  ['metadata-options.http-put-response-hop-limit', '3', one],
  ['metadata-options.http-tokens', 'required', other],
  ['metadata-options.instance-metadata-tags', 'enabled', one],
  ['monitoring-state', 'disabled', both],
  ['owner-id', '111122223333', both],
  ['platform', 'windows', none],
  ['platform-details', 'Linux/UNIX', both],
  ['private-dns-name', 'ip-172-31-*.ec2.internal', both],
  ['reason', 'User initiated*', other],
  ['reservation-id', 'r-*', both],
  ['root-device-name', '/dev/xvda', both],
  ['root-device-type', 'ebs', both],
  ['state-reason-code', 'Client.UserInitiatedShutdown', other],
  ['state-reason-message', 'Client.UserInitiatedShutdown*', other],
  ['subnet-id', 'subnet-*', both],
  ['tag-key', 'role', one],
  ['tag-value', 'worker', one],
  ['tag:empty', '', one],
  ['tenancy', 'default', both],
  ['usage-operation', 'RunInstances', both],
  ['virtualization-type', 'hvm', both],
  ['vpc-id', 'vpc-*', both],
])('%s: %s', async (name, value, found) => {
  expect(await find(name, value)).toEqual(found());
});

test('an instance that is terminated has left its network', async () => {
  const gone = await bench.launch(undefined);
  const subnet = async () => (await find('subnet-id', '*')).includes(gone);
  expect(await subnet()).toBe(true);
  await bench.ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone] }));
  await bench.pass(2);
  expect(await subnet()).toBe(false);
});

test('a status has filters of its own', async () => {
  const by = async (Name: string, ...Values: string[]) => {
    const input = { IncludeAllInstances: true, Filters: [{ Name, Values }] };
    const { InstanceStatuses } = await bench.ec2.send(new DescribeInstanceStatusCommand(input));
    return InstanceStatuses!.map(({ InstanceId }) => InstanceId);
  };
  expect(await by('instance-status.status', 'ok')).toEqual([worker]);
  expect(await by('system-status.reachability', 'passed')).toEqual([worker]);
  expect(await by('instance-state-name', 'stopped')).toEqual([stopped]);
  expect(await refusal(by('vpc-id', '*'))).toMatchObject({ message: "The filter 'vpc-id' is invalid", status: 400 });
  expect(await refusal(by('event.code', 'system-reboot'))).toEqual({
    name: 'NotImplemented',
    message: 'The filter event.code of ec2:DescribeInstanceStatus is not built in this cloud.',
    status: 501,
  });
});

test('a tag is found by its key and value at once', async () => {
  const Filters = [{ Name: 'tag:role', Values: ['work*'] }];
  const { Tags } = await bench.ec2.send(new DescribeTagsCommand({ Filters }));
  expect(Tags).toEqual([{ Key: 'role', Value: 'worker', ResourceId: worker, ResourceType: 'instance' }]);
});

test.each(['network-interface.subnet-id', 'availability-zone-id', 'block-device-mapping.volume-id', 'boot-mode'])(
  'AWS has the filter %s, which is not built here',
  async (name) => {
    expect(await refusal(find(name, 'x'))).toEqual({
      name: 'NotImplemented',
      message: `The filter ${name} of ec2:DescribeInstances is not built in this cloud.`,
      status: 501,
    });
  },
);
