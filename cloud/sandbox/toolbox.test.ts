import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { refuses } from './toolbox.ts';

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
