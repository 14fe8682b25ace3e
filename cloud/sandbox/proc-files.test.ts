import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KeptFiles, readOnce } from './proc-files.ts';
import { descendants } from './process-tree.ts';

const children: ChildProcess[] = [];
let kept: KeptFiles;
beforeEach(() => {
  kept = new KeptFiles();
});
afterEach(() => {
  kept.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const started = (script: string): number => {
  const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore' });
  children.push(child);
  return child.pid!;
};
const gone = (pid: number) => expect.poll(() => readOnce.read(pid, 'stat'), { timeout: 20_000 }).toBeUndefined();
const descriptors = (): number => readdirSync('/proc/self/fd').length;

describe.runIf(process.platform === 'linux')('files of /proc', () => {
  test.each([
    ['once', () => readOnce],
    ['again and again', () => kept],
  ])('who looks %s sees what is there now, and nothing of who is gone', async (_, chosen) => {
    const files = chosen();
    const pid = started('read -r line </dev/null; exec sleep 600');
    const command = (): string | undefined => files.read(pid, 'stat')?.replace(/^\d+ \((.*)\).*$/s, '$1');
    expect(command()).toMatch(/^(sh|sleep)$/);
    await expect.poll(command, { timeout: 20_000 }).toBe('sleep');
    const state = (): string | undefined => files.read(pid, 'stat')?.replace(/^.*\) (\S).*$/s, '$1');
    await expect.poll(state, { timeout: 20_000 }).toBe('S');
    expect(files.read(pid, `task/${pid}/wchan`)).toBe(readFileSync(`/proc/${pid}/wchan`, 'utf8'));
    expect(files.read(pid, 'no such file')).toBeUndefined();
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    expect(files.read(pid, 'stat')).toBeUndefined();
  });

  test('a list that is longer than a page comes whole', async () => {
    const pid = started('for i in $(seq 1 900); do sleep 600 & done; wait');
    await expect.poll(() => descendants(pid).length, { timeout: 30_000 }).toBe(900);
    const list = kept.read(pid, `task/${pid}/children`)!.trim().split(' ');
    expect(list).toHaveLength(900);
    expect(list).toEqual(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' '));
    for (const child of list) process.kill(Number(child), 'SIGKILL');
  });

  test('what is not wanted any more is closed, when others are seen instead and at the end', async () => {
    const before = descriptors();
    const [one, other] = [started('exec sleep 600'), started('exec sleep 600')];
    for (const pid of [one, other]) kept.read(pid, 'stat');
    expect(descriptors()).toBe(before + 2);
    kept.only([other]);
    expect(descriptors()).toBe(before + 1);
    kept.close();
    expect(descriptors()).toBe(before);
    expect(kept.read(other, 'stat')).toMatch(/^\d+ \(/);
    expect(descriptors()).toBe(before);
  });
});
