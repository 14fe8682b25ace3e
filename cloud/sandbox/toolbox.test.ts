import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Asked, DeskClient } from './tool-desk.ts';
import { makeTools, refuses } from './toolbox.ts';

describe('without mount namespaces a script is refused that', () => {
  test.each([
    '/sbin/shutdown -h now',
    'sleep 60; /usr/sbin/poweroff',
    'exec /bin/systemctl halt',
    'sudo /sbin/reboot',
    'x=/sbin/init; $x 0',
    'trap "/usr/sbin/shutdown -h now" EXIT',
  ])('says %s', (line) => {
    expect(refuses(`#!/bin/sh\n${line}\n`, false)).toMatch(/no mount namespaces/);
  });

  test.each([
    'shutdown -h now',
    'sudo poweroff',
    '/opt/app/sbin/shutdown',
    '/usr/sbin/shutdown-hook',
    'cat /sbin/shutdowns',
  ])('but not one that says %s', (line) => {
    expect(refuses(`#!/bin/sh\n${line}\n`, false)).toBeUndefined();
  });
});

test.skipIf(!existsSync('/sbin/shutdown'))('with them it may, where there is something to stand in for', () => {
  expect(refuses('#!/bin/sh\n/sbin/shutdown -h now', true)).toBeUndefined();
});

test('what a program asks before anybody knows that it runs is answered as what it asks later, and once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'toolbox-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let desk: DeskClient | undefined;
  const tools = await makeTools({
    desk: {
      socket: join(folder, 'desk.sock'),
      open: (_, client) => {
        desk = client;
        return Promise.resolve({ key: 'key', pipe: join(folder, 'desk'), close: () => undefined });
      },
      close: () => undefined,
    },
    instance: true,
    held: true,
    tools: join(folder, 'tools'),
    replies: join(folder, 'replies'),
    seen: { tools: '/tools', replies: '/replies', pipe: '/desk', node: '/node', preload: '/preload.cjs' },
    mounts: false,
    settings: () => ({}),
  });
  const asking = (verb: string): Asked => ({ verb, words: [], alive: () => true, answer: () => undefined });
  const heard: string[] = [];
  const client: DeskClient = { ask: ({ verb }) => heard.push(verb), connect: () => undefined };

  desk!.ask(asking('node'));
  desk!.ask(asking('sleep'));
  tools.bind(client);
  desk!.ask(asking('now'));
  expect(heard).toEqual(['node', 'sleep', 'now']);
});
