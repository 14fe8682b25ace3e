import { expect, test } from 'vitest';
import { readPower } from './shutdown.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);
const minutes = (count: number): number => NOW + count * 60_000;

test.each([
  ['shutdown -h now', 'poweroff', NOW],
  ['shutdown now', 'poweroff', NOW],
  ['shutdown', 'poweroff', minutes(1)],
  ['shutdown -h', 'poweroff', minutes(1)],
  ['shutdown +5 going down', 'poweroff', minutes(5)],
  ['shutdown -P 10', 'poweroff', minutes(10)],
  ['shutdown -hP now', 'poweroff', NOW],
  ['shutdown -h 13:30', 'poweroff', minutes(90)],
  ['shutdown -h 11:00', 'poweroff', minutes(23 * 60)],
  ['shutdown -r now', 'reboot', NOW],
  ['shutdown --reboot +1', 'reboot', minutes(1)],
  ['shutdown -H now', 'halt', NOW],
  ['shutdown -c', 'cancel', undefined],
  ['shutdown -k now', 'nothing', undefined],
  ['shutdown tomorrow', 'wrong', undefined],
  ['poweroff', 'poweroff', NOW],
  ['poweroff -f', 'poweroff', NOW],
  ['poweroff --halt', 'halt', NOW],
  ['halt', 'halt', NOW],
  ['halt -p', 'poweroff', NOW],
  ['halt -w', 'nothing', undefined],
  ['reboot', 'reboot', NOW],
  ['reboot -f', 'reboot', NOW],
  ['reboot -p', 'poweroff', NOW],
  ['init 0', 'poweroff', NOW],
  ['telinit 6', 'reboot', NOW],
  ['init 3', 'wrong', undefined],
  ['systemctl poweroff', 'poweroff', NOW],
  ['systemctl --no-wall reboot', 'reboot', NOW],
  ['systemctl restart nginx', 'wrong', undefined],
  ['shutdown --help', 'nothing', undefined],
])('%s means %s', (line, kind, at) => {
  const power = readPower(line.split(' '), NOW);
  expect(power.kind).toBe(kind);
  if (at !== undefined) expect(power).toMatchObject({ at });
});
