/** EC2's API, by the unmodified SDK. */
import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  type Filter,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Statement } from '../../identity/policy.ts';
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
const idsBy = async (...Filters: Filter[]): Promise<string[]> =>
  (await bench.ec2.send(new DescribeInstancesCommand({ Filters }))).Reservations!.flatMap(({ Instances }) =>
    Instances!.map(({ InstanceId }) => InstanceId!),
  );

/** A client of a user who may do this and nothing else. */
async function userWho(...statements: Statement[]): Promise<Ec2Bench['ec2']> {
  const UserName = `user${Math.random().toString(36).slice(2)}`;
  await bench.iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await bench.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument }));
  const { AccessKey } = await bench.iam.send(new CreateAccessKeyCommand({ UserName }));
  return await bench.as({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }).ec2();
}

test('a launch: pending, then running; stopped and started; terminated, shown for an hour', async () => {
  const launched = await bench.ec2.send(
    wanted({ TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'run', Value: 'a' }] }] }),
  );
  expect(launched).toMatchObject({
    OwnerId: bench.accountId,
    ReservationId: expect.stringMatching(/^r-[0-9a-f]{17}$/),
  });
  const [instance] = launched.Instances!;
  expect(instance).toMatchObject({
    InstanceId: expect.stringMatching(/^i-[0-9a-f]{17}$/),
    State: { Code: 0, Name: 'pending' },
    InstanceType: 't3.micro',
    AmiLaunchIndex: 0,
    MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
    Tags: [{ Key: 'run', Value: 'a' }],
  });
  const id = instance!.InstanceId!;
  const InstanceIds = [id];
  await bench.pass(3);
  expect((await bench.look(id)).State).toEqual({ Code: 16, Name: 'running' });

  expect((await bench.ec2.send(new StopInstancesCommand({ InstanceIds }))).StoppingInstances).toEqual([
    { InstanceId: id, PreviousState: { Code: 16, Name: 'running' }, CurrentState: { Code: 64, Name: 'stopping' } },
  ]);
  await bench.pass(2);
  expect(await bench.look(id)).toMatchObject({
    State: { Code: 80, Name: 'stopped' },
    StateReason: { Code: 'Client.UserInitiatedShutdown' },
    StateTransitionReason: expect.stringMatching(/^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/),
  });
  await bench.ec2.send(new StartInstancesCommand({ InstanceIds }));
  const again = await bench.look(id);
  expect(again.State?.Name).toBe('pending');
  expect(again.LaunchTime!.getTime()).toBeGreaterThan(instance!.LaunchTime!.getTime());
  await bench.pass(3);

  const { TerminatingInstances } = await bench.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  expect(TerminatingInstances![0]!.CurrentState).toEqual({ Code: 32, Name: 'shutting-down' });
  await bench.pass(2);
  expect(await bench.look(id)).toMatchObject({ State: { Code: 48, Name: 'terminated' } });
  // To terminate what is terminated is no mistake.
  await bench.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  await bench.pass(3600);
  expect((await refusal(bench.look(id))).name).toBe('InvalidInstanceID.NotFound');
});

test('a client token: the same request once more is the same launch', async () => {
  const first = await run({ ClientToken: 'token', MaxCount: 2 });
  expect(await run({ ClientToken: 'token', MaxCount: 2 })).toEqual(first);
  expect((await refusal(run({ ClientToken: 'token', MaxCount: 3 }))).name).toBe('IdempotentParameterMismatch');
  expect(await run({ ClientToken: 'other' })).not.toEqual(first);
  await bench.ec2.send(new TerminateInstancesCommand({ InstanceIds: first }));
  await bench.pass(3);
  expect((await refusal(run({ ClientToken: 'token', MaxCount: 2 }))).name).toBe('IdempotentInstanceTerminated');
});

test('a repeat of a launch whose answer was lost launches nothing more', async () => {
  bench.cloud.core.faults.add({
    id: 'lost',
    service: 'ec2',
    operation: 'RunInstances',
    nth: 1,
    effect: { kind: 'lost-reply' },
  });
  await expect(run({ ClientToken: 'once' })).rejects.toThrow();
  await run({ ClientToken: 'once' });
  expect(await idsBy()).toHaveLength(1);
});

test('filters and pages', async () => {
  const tag = (Key: string, Value: string) => [{ ResourceType: 'instance' as const, Tags: [{ Key, Value }] }];
  const workers = await run({ MinCount: 3, MaxCount: 3, TagSpecifications: tag('role', 'worker') });
  const [boss] = (await run({ InstanceType: 'm5.large', TagSpecifications: tag('role', 'boss') })) as [string];
  await bench.pass(3);
  const [gone] = workers as [string];
  await bench.ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone] }));
  await bench.pass(2);
  const running = { Name: 'instance-state-name', Values: ['pending', 'running'] };
  expect(await idsBy({ Name: 'tag:role', Values: ['worker'] }, running)).toEqual(workers.slice(1));
  expect(await idsBy({ Name: 'tag:role', Values: ['w*', 'b?ss'] })).toEqual([...workers, boss]);
  expect(await idsBy({ Name: 'tag-key', Values: ['role'] }, { Name: 'instance-type', Values: ['m5.*'] })).toEqual([
    boss,
  ]);
  expect(await idsBy({ Name: 'instance-state-code', Values: ['48'] })).toEqual([gone]);
  expect(await idsBy({ Name: 'tag:other', Values: ['*'] })).toEqual([]);

  await run({ MinCount: 4, MaxCount: 4 });
  const seen: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = await bench.ec2.send(new DescribeInstancesCommand({ MaxResults: 5, NextToken }));
    seen.push(page.Reservations!.flatMap(({ Instances }) => Instances!).length);
    NextToken = page.NextToken;
  } while (NextToken);
  expect(seen).toEqual([5, 3]);

  const { InstanceStatuses } = await bench.ec2.send(new DescribeInstanceStatusCommand({}));
  expect(InstanceStatuses!.map(({ InstanceId }) => InstanceId)).toEqual([...workers.slice(1), boss]);
  const all = await bench.ec2.send(new DescribeInstanceStatusCommand({ IncludeAllInstances: true }));
  expect(all.InstanceStatuses).toHaveLength(8);
});

test('tags and attributes', async () => {
  const [id] = (await run({ UserData: base64('#!/bin/sh\n') })) as [string];
  const tags = async () => (await bench.ec2.send(new DescribeTagsCommand({}))).Tags;
  await bench.ec2.send(
    new CreateTagsCommand({
      Resources: [id],
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ],
    }),
  );
  await bench.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'other' }] }));
  expect(await tags()).toEqual([
    { Key: 'a', ResourceId: id, ResourceType: 'instance', Value: '1' },
    { Key: 'b', ResourceId: id, ResourceType: 'instance', Value: '' },
  ]);
  await bench.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'a' }] }));
  expect(await tags()).toHaveLength(1);
  await bench.ec2.send(new DeleteTagsCommand({ Resources: [id] }));
  expect(await tags()).toEqual([]);

  const attribute = (Attribute: 'userData' | 'instanceInitiatedShutdownBehavior') =>
    bench.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute }));
  expect((await attribute('instanceInitiatedShutdownBehavior')).InstanceInitiatedShutdownBehavior?.Value).toBe('stop');
  await bench.ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: id, InstanceInitiatedShutdownBehavior: { Value: 'terminate' } }),
  );
  expect((await attribute('instanceInitiatedShutdownBehavior')).InstanceInitiatedShutdownBehavior?.Value).toBe(
    'terminate',
  );
  await bench.pass(3);
  const other = new ModifyInstanceAttributeCommand({
    InstanceId: id,
    UserData: { Value: Buffer.from('#!/bin/bash\n') },
  });
  expect((await refusal(bench.ec2.send(other))).name).toBe('IncorrectInstanceState');
  await bench.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await bench.pass(2);
  await bench.ec2.send(other);
  expect((await attribute('userData')).UserData?.Value).toBe(base64('#!/bin/bash\n'));
  await bench.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } }));
  expect((await refusal(bench.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })))).name).toBe(
    'OperationNotPermitted',
  );
});

test('capacity runs out by fault: with what is left the launch goes on, below the least it fails as a whole', async () => {
  const full = (id: string, nth: number) =>
    bench.cloud.core.faults.add({
      id,
      service: 'ec2',
      operation: 'LaunchInstance',
      nth,
      effect: { kind: 'error', code: 'InsufficientInstanceCapacity', status: 500 },
    });
  full('fourth', 4);
  expect(await run({ MinCount: 1, MaxCount: 5 })).toHaveLength(3);
  bench.cloud.core.faults.clear();
  full('again', 3);
  const refused = await refusal(run({ MinCount: 5, MaxCount: 5 }));
  expect(refused).toMatchObject({ name: 'InsufficientInstanceCapacity', status: 500 });
  expect(refused.message).toContain('We currently do not have sufficient t3.micro capacity');
  expect(await idsBy()).toHaveLength(3);
});

test('an instance may fail at its boot', async () => {
  bench.cloud.core.faults.add({
    id: 'boot',
    service: 'ec2',
    operation: 'BootInstance',
    nth: 2,
    effect: { kind: 'error', code: 'InternalError', status: 500 },
  });
  const ids = await run({ MinCount: 3, MaxCount: 3 });
  await bench.pass(3);
  const states = await Promise.all(ids.map(async (id) => (await bench.look(id)).State?.Name));
  expect(states).toEqual(['running', 'terminated', 'running']);
  expect((await bench.look(ids[1]!)).StateReason?.Code).toBe('Server.InternalError');
});

test('a limit of virtual CPUs for an account', async () => {
  await run({ InstanceType: 'm5.4xlarge' });
  expect((await refusal(run({ InstanceType: 'm5.8xlarge' }))).name).toBe('VcpuLimitExceeded');
  expect(await run({ InstanceType: 'm5.2xlarge', MinCount: 1, MaxCount: 9 })).toHaveLength(2);
});

test('a limit of instances for the machine', async () => {
  await run({ InstanceType: 't2.nano', MinCount: 24, MaxCount: 24 });
  expect((await refusal(run({ InstanceType: 't2.nano' }))).name).toBe('InstanceLimitExceeded');
});

test('who may launch, and with which role', async () => {
  await bench.profile('worker');
  const launch = { Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' } as const;
  const pass = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: `arn:aws:iam::${bench.accountId}:role/worker`,
  } as const;
  const tag = { Effect: 'Allow', Action: 'ec2:CreateTags', Resource: '*' } as const;
  const withRole = () => wanted({ IamInstanceProfile: { Name: 'worker' } });
  const withTag = () => wanted({ TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }] });

  const nobody = await userWho({ ...launch, Effect: 'Deny' });
  expect(await refusal(nobody.send(wanted()))).toMatchObject({
    name: 'UnauthorizedOperation',
    status: 403,
    message: expect.stringContaining('is not authorized to perform: ec2:RunInstances on resource:'),
  });
  const launcher = await userWho(launch);
  expect((await launcher.send(wanted())).Instances).toHaveLength(1);
  expect((await refusal(launcher.send(wanted({ DryRun: true })))).name).toBe('DryRunOperation');
  expect((await refusal(launcher.send(withRole()))).message).toContain('iam:PassRole');
  expect((await refusal(launcher.send(withTag()))).message).toContain('ec2:CreateTags');
  expect((await (await userWho(launch, pass)).send(withRole())).Instances).toHaveLength(1);
  const tagger = await userWho(launch, tag, {
    Effect: 'Allow',
    Action: 'ec2:TerminateInstances',
    Resource: '*',
    Condition: { StringEquals: { 'ec2:ResourceTag/a': 'b' } },
  });
  const [tagged] = (await tagger.send(withTag())).Instances!;
  await tagger.send(new TerminateInstancesCommand({ InstanceIds: [tagged!.InstanceId!] }));
  const [plain] = await run();
  expect((await refusal(tagger.send(new TerminateInstancesCommand({ InstanceIds: [plain!] })))).name).toBe(
    'UnauthorizedOperation',
  );
  const stranger = await bench.as({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' }).ec2();
  expect(await refusal(stranger.send(new DescribeInstancesCommand({})))).toMatchObject({
    name: 'AuthFailure',
    status: 401,
    message: 'AWS was not able to validate the provided access credentials',
  });
});
