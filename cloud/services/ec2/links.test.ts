/** What an instance leaves in its folder, and what the cloud does with it at the next boot. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { available } from '../../sandbox/available.ts';
import { type Ec2Bench, openEc2Bench } from './testing.ts';

const linux = process.platform === 'linux';
const outside = mkdtempSync(join(tmpdir(), 'links-'));
let bench: Ec2Bench | undefined;
afterEach(async () => {
  expect(bench?.cloud.internalErrors ?? []).toEqual([]);
  await bench?.close();
  rmSync(outside, { recursive: true, force: true });
});

describe.skipIf(!linux).each(available)('an instance in the sandbox %s', (sandbox) => {
  test('has no file of the machine written by the links that it leaves', async () => {
    mkdirSync(join(outside, 'folder'), { recursive: true });
    writeFileSync(join(outside, 'file'), 'theirs');
    const before = statSync(join(outside, 'folder'));
    bench = await openEc2Bench({ sandbox });
    const id = await bench.launch(`#!/bin/sh
      mv .aws old; mkdir .aws; rmdir tmp
      ln -s ${outside}/file .aws/config
      ln -s ${outside}/folder tmp
      mv var gone; ln -s ${outside}/folder var
      echo done; reboot`);
    await bench.pass(10);
    expect(await bench.console(id)).toMatch(/^done$/m);
    expect((await bench.look(id)).State?.Name).toBe('running');
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('theirs');
    expect(readdirSync(join(outside, 'folder'))).toEqual([]);
    const after = statSync(join(outside, 'folder'));
    expect([after.uid, after.mode]).toEqual([before.uid, before.mode]);
    const { folder } = bench.cloud.ec2.instances().find((one) => one.id === id)!.machine;
    expect(lstatSync(join(folder, '.aws/config')).isFile()).toBe(true);
    expect(readFileSync(join(folder, '.aws/config'), 'utf8')).toContain(bench.cloud.url);
    expect(lstatSync(join(folder, 'var')).isDirectory()).toBe(true);
  });
});
