/** What runs on an instance, and that it ends. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { available } from '../../sandbox/available.ts';
import { countMarked, type Ec2Bench, openEc2Bench } from './testing.ts';

const linux = process.platform === 'linux';
let bench: Ec2Bench | undefined;
afterEach(async () => {
  expect(bench?.cloud.internalErrors ?? []).toEqual([]);
  await bench?.close();
  bench = undefined;
});

const folderOf = (id: string): string => bench!.cloud.ec2.instances().find((one) => one.id === id)!.machine.folder;

/** Ways to leave a process behind, each with its mark. */
const leaving = (mark: string): string => `
  nohup sh -c ': ${mark}; while :; do sleep 50; done' >/dev/null 2>&1 &
  setsid sh -c ': ${mark}; while :; do sleep 50; done' &
  ( ( env -i /bin/sh -c ': ${mark}; cd /; while :; do /bin/sleep 50; done' & ) & )
  trap '' TERM; sh -c ': ${mark}; while :; do sleep 50; done' &`;

describe.skipIf(!linux).each(available)('an instance in the sandbox %s', (sandbox) => {
  test('has room on its console for what an error of the SDK says that nobody catches', async () => {
    bench = await openEc2Bench({ sandbox });
    const id = await bench.launch(`#!/bin/bash
      export AWS_REGION=us-east-1
      echo "import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
        await new S3Client().send(new ListBucketsCommand());" > list.mjs
      node list.mjs
      echo "ended with $?"`);
    const text = await bench.console(id);
    expect(text).toMatch(/CredentialsProviderError: Could not load credentials[\s\S]*^ended with 1$/m);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(1000);
  });

  test('runs its user data once, in its own folder, and keeps what it prints', async () => {
    bench = await openEc2Bench({ sandbox });
    const id = await bench.launch(`#!/bin/bash
      echo "home $HOME"; pwd; echo ran >> runs; cat runs
      env -u HOME bash -c 'echo "still $(echo ~)"'
      echo to stderr >&2; id -u; sleep 3600; date -u +%s; exit 3`);
    const started = Math.floor(bench.cloud.clock.now() / 1000);
    await bench.pass(3600);
    const lines = (await bench.console(id)).trim().split('\n');
    const home = lines[1]!;
    const uid = sandbox === 'sealed' || process.getuid?.() === 0 ? '65534' : '0';
    expect(lines).toEqual([
      `home ${home}`,
      home,
      'ran',
      `still ${home}`,
      'to stderr',
      uid,
      String(started + 3600),
      "cloud-init: the user data's script ended with status 3",
    ]);
    const log = readFileSync(join(folderOf(id), 'var/log/cloud-init-output.log'), 'utf8');
    expect(log.trim().split('\n')).toEqual(lines);
    expect((await bench.look(id)).State).toEqual({ Code: 16, Name: 'running' });

    await bench.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await bench.pass(2);
    expect((await bench.look(id)).State?.Name).toBe('stopped');
    await bench.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await bench.pass(10);
    expect((await bench.look(id)).State?.Name).toBe('running');
    expect(readFileSync(join(folderOf(id), 'runs'), 'utf8')).toBe('ran\n');
  });

  test('is killed with all that it has left behind by TerminateInstances', async () => {
    bench = await openEc2Bench({ sandbox });
    const mark = `mark-${process.pid}-${Date.now()}`;
    const id = await bench.launch(`#!/bin/sh\n${leaving(mark)}\necho left`);
    await bench.pass(600);
    expect(await bench.console(id)).toContain('left');
    expect(countMarked(mark)).toBeGreaterThanOrEqual(4);
    await bench.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect((await bench.look(id)).State?.Name).toBe('shutting-down');
    // Those who do not want to go are still there for as long as they are given.
    expect(countMarked(mark)).toBeGreaterThanOrEqual(1);
    await bench.pass(2);
    expect((await bench.look(id)).State?.Name).toBe('terminated');
    expect(countMarked(mark)).toBe(0);
  });

  test('ends with the cloud, and with a reset', async () => {
    bench = await openEc2Bench({ sandbox });
    const [first, second] = ['a', 'b'].map((one) => `mark-${one}-${process.pid}-${Date.now()}`) as [string, string];
    await bench.launch(`#!/bin/sh\n${leaving(first)}`);
    expect(countMarked(first)).toBeGreaterThanOrEqual(4);
    await bench.cloud.reset(bench.accountId);
    expect(countMarked(first)).toBe(0);
    await bench.close();
    bench = await openEc2Bench({ sandbox });
    await bench.launch(`#!/bin/sh\n${leaving(second)}`);
    expect(countMarked(second)).toBeGreaterThanOrEqual(4);
    await bench.close();
    bench = undefined;
    expect(countMarked(second)).toBe(0);
  });

  test.each([
    ['shutdown -h now', 'stop', 'stopped'],
    ['sudo shutdown -h now', 'terminate', 'terminated'],
    ['sudo -n /sbin/shutdown -h now', 'terminate', 'terminated'],
    ['/usr/sbin/poweroff', 'stop', 'stopped'],
    ['env -i /sbin/shutdown -P now', 'terminate', 'terminated'],
    ['systemctl poweroff', 'stop', 'stopped'],
    ['halt', 'terminate', 'running'],
    ['/sbin/halt', 'terminate', 'running'],
    ['sudo halt -p', 'terminate', 'terminated'],
    ['poweroff', 'terminate', 'terminated'],
    ['sudo /sbin/poweroff', 'stop', 'stopped'],
    ['reboot', 'stop', 'running'],
    ['sudo reboot', 'terminate', 'running'],
    ['sudo /usr/sbin/reboot', 'terminate', 'running'],
    [
      `node -e 'require("node:child_process").execFileSync("/sbin/shutdown", ["-h", "now"])'`,
      'terminate',
      'terminated',
    ],
  ] as const)('%s, told to %s, is then %s', async (command, behavior, state) => {
    bench = await openEc2Bench({ sandbox });
    const path = /(?:\/usr)?\/sbin\/\w+/.exec(command)?.[0];
    const refused = path && (await bench.cloud.sandbox()).refuses(`#!/bin/sh\n${command}`);
    const mark = `mark-${process.pid}-${Date.now()}`;
    const id = await bench.launch(`#!/bin/sh\nsh -c ': ${mark}; sleep 10000' &\n${command}\nsleep 100\necho too late`, {
      InstanceInitiatedShutdownBehavior: behavior,
    });
    if (refused) {
      expect(await bench.console(id)).toContain(`the user data is not run. The script calls ${path}`);
      return;
    }
    await bench.pass(2);
    const { State, StateReason } = await bench.look(id);
    expect(State?.Name).toBe(state);
    if (state !== 'running') expect(StateReason?.Code).toBe('Client.InstanceInitiatedShutdown');
    expect(countMarked(mark)).toBe(0);
    await bench.pass(200);
    expect(await bench.console(id)).not.toContain('too late');
  });

  test('is not run with a path at which nothing could be put in the switch’s place', async () => {
    bench = await openEc2Bench({ sandbox });
    const id = await bench.launch('#!/bin/sh\necho begun\n/bin/shutdown -h now');
    if (existsSync('/bin/shutdown')) return;
    await bench.pass(5);
    expect(await bench.console(id)).toBe(
      'cloud-init: the user data is not run. The script calls /bin/shutdown, and this machine has no /bin/shutdown in whose place the instance\'s own could be put. Without a path, "shutdown" means the instance\'s own.\n',
    );
    expect((await bench.look(id)).State?.Name).toBe('running');
  });

  test('ends when it takes more memory than it has, and is then as a machine that has crashed', async () => {
    bench = await openEc2Bench({ sandbox });
    const id = await bench.launch(undefined);
    const hungry = await bench.launch('#!/bin/sh\ntail /dev/zero');
    await vi.waitFor(async () => expect(await bench!.console(hungry)).toContain('Out of memory'), 20_000);
    const pids = (one: string) =>
      bench!.cloud.ec2
        .instances()
        .find(({ id }) => id === one)!
        .machine.processes();
    expect(pids(hungry)).toEqual([]);
    expect(pids(id).length).toBeGreaterThan(0);
    expect((await bench.look(hungry)).State?.Name).toBe('running');
  });

  test('runs and switches itself off at wall speed too', async () => {
    bench = await openEc2Bench({ sandbox, held: false });
    const began = Date.now();
    const id = await bench.launch('#!/bin/sh\nsleep 0.2; date +%s; node -e "console.log(Date.now())"; sudo poweroff');
    await vi.waitFor(async () => expect((await bench!.look(id)).State?.Name).toBe('stopping'), 20_000);
    const [date, now] = (await bench.console(id)).trim().split('\n').map(Number);
    expect(date! * 1000).toBeGreaterThan(began - 1000);
    expect(now).toBeGreaterThan(began);
    await bench.pass(2);
    await vi.waitFor(async () => expect((await bench!.look(id)).State?.Name).toBe('stopped'), 20_000);
  });

  test('has a minute between shutdown +1 and the end, and can think again', async () => {
    bench = await openEc2Bench({ sandbox });
    const id = await bench.launch('#!/bin/sh\nshutdown +1\nsleep 30\nshutdown -c\nsleep 60\nshutdown -h +2');
    await bench.pass(120);
    expect((await bench.look(id)).State?.Name).toBe('running');
    await bench.pass(92);
    expect((await bench.look(id)).State?.Name).toBe('stopped');
  });

  test('has its last words when it is told to end', async () => {
    bench = await openEc2Bench({ sandbox });
    const id = await bench.launch(`#!/bin/bash\ntrap 'echo flushed; exit' TERM\nwhile :; do sleep 5 & wait $!; done`);
    await bench.pass(60);
    await bench.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await bench.pass(2);
    expect(await bench.console(id)).toContain('flushed');
  });

  test('comes up again after RebootInstances, without its user data', async () => {
    bench = await openEc2Bench({ sandbox });
    const mark = `mark-${process.pid}-${Date.now()}`;
    const id = await bench.launch(`#!/bin/sh\necho up\nsh -c ': ${mark}; sleep 10000'`);
    await bench.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
    await bench.pass(5);
    expect((await bench.look(id)).State?.Name).toBe('running');
    expect(countMarked(mark)).toBe(0);
    expect((await bench.console(id)).match(/up/g)).toHaveLength(1);
    expect(bench.cloud.ec2.instances()[0]!.machine.processes().length).toBeGreaterThan(0);
  });
});

test.skipIf(!linux)('programs of two instances, shells and Node, take turns in the order of the clock', async () => {
  bench = await openEc2Bench();
  const say = (name: string) => `printf '%s %s\\n' ${name} "$(date +%s)"`;
  const began = Math.floor(bench.cloud.clock.now() / 1000);
  const shell = await bench.launch(`#!/bin/sh\nfor i in 1 2 3; do sleep 600; ${say('shell')}; done`);
  const node = await bench.launch(`#!/usr/bin/env node
    let left = 3;
    const timer = setInterval(() => { console.log('node', Math.floor(Date.now() / 1000)); if (--left === 0) clearInterval(timer); }, 700_000);`);
  await bench.pass(3600);
  expect((await bench.console(shell)).trim().split('\n')).toEqual(
    [603, 1203, 1803].map((after) => `shell ${began + after}`),
  );
  expect((await bench.console(node)).trim().split('\n')).toEqual(
    [706, 1406, 2106].map((after) => `node ${began + after}`),
  );
});

test.skipIf(!linux)(
  'what computes without an end does not stop the clock for ever',
  async () => {
    bench = await openEc2Bench();
    const id = await bench.launch('#!/bin/sh\nwhile :; do :; done');
    await bench.pass(60);
    expect((await bench.look(id)).State?.Name).toBe('running');
  },
  60_000,
);

test('user data that is no script is kept, and not run', async () => {
  bench = await openEc2Bench();
  const id = await bench.launch('#cloud-config\npackages: [nginx]\n');
  expect(await bench.console(id)).toContain('this cloud runs scripts only');
});
