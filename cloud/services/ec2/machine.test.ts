/** A machine that is switched off, or cannot be switched on, in the middle of its start. */
import { DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Ec2Bench, IMAGE, openEc2Bench } from './testing.ts';

let bench: Ec2Bench;
beforeEach(async () => {
  bench = await openEc2Bench();
});
afterEach(async () => {
  vi.restoreAllMocks();
  expect(bench.cloud.internalErrors).toEqual([]);
  await bench.close();
});

const LAUNCH = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 } as const;

test('is off once it has been switched off, however long its start takes', async () => {
  const start = (await bench.cloud.sandbox()).start;
  let begun = (): void => undefined;
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  vi.spyOn(await bench.cloud.sandbox(), 'start').mockImplementation(async (spec) => {
    const program = await start(spec);
    await vi.waitFor(() => expect(program.processes().some(({ command }) => command === 'tail')).toBe(true), 10_000);
    begun();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return program;
  });
  const launched = bench.launch('#!/bin/sh\nexec tail -f /dev/null').catch(() => undefined);
  await beginning;
  const [instance] = bench.cloud.ec2.instances();
  await bench.cloud.reset(bench.accountId);
  await launched;
  expect(instance!.machine.processes()).toEqual([]);
});

test('that cannot be started is told to have failed, and why on its console', async () => {
  vi.spyOn(await bench.cloud.sandbox(), 'start').mockRejectedValue(new Error('There is no room.'));
  const { Instances } = await bench.ec2.send(new RunInstancesCommand(LAUNCH));
  const id = Instances![0]!.InstanceId!;
  await bench.pass(3);
  expect(await bench.look(id)).toMatchObject({
    State: { Name: 'terminated' },
    StateReason: { Code: 'Server.InternalError' },
  });
  expect(await bench.console(id)).toBe('The instance could not be started. There is no room.\n');
  expect((await bench.ec2.send(new DescribeInstancesCommand({}))).Reservations).toHaveLength(1);
});

test('runs a script that comes zipped, and is not harmed by what only looks so', async () => {
  const { gzipSync } = await import('node:zlib');
  const launch = async (data: Uint8Array) => {
    const UserData = Buffer.from(data).toString('base64');
    const { Instances } = await bench.ec2.send(new RunInstancesCommand({ ...LAUNCH, UserData }));
    await bench.pass(5);
    return await bench.console(Instances![0]!.InstanceId!);
  };
  expect(await launch(gzipSync('#!/bin/sh\necho zipped\n'))).toBe('zipped\n');
  expect(await launch(Buffer.from([0x1f, 0x8b, 1, 2, 3]))).toContain('is kept and not run');
});
