import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mountList, probeContainment } from './containment.ts';

const folder = mkdtempSync(join(tmpdir(), 'containment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const containment = await probeContainment();
const contained = (command: string[], mounts?: string, environment: Record<string, string> = {}) =>
  containment.wrap({
    command,
    environment: { PATH: process.env.PATH ?? '', ...environment },
    cwd: folder,
    ...(mounts === undefined ? {} : { mounts }),
  });

test.skipIf(!containment.mounts)('mounts in the order of the list, whatever the paths are called', () => {
  const place = join(folder, `a b\t# 'c' \\040 ü`);
  mkdirSync(place);
  const path = (name: string, text: string): string => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  const [one, two, three] = [path('one', '1'), path('two', '2'), path('three', '3')];
  const list = path('list', '');
  writeFileSync(
    list,
    mountList([
      [one, two],
      [two, three],
    ]),
  );
  const { program, words, options } = contained(['cat', two, three], list);
  expect(execFileSync(program, words, { ...options, encoding: 'utf8' })).toBe('11');
  expect(execFileSync('cat', [two, three], { encoding: 'utf8' })).toBe('23');
});

test.skipIf(!containment.mounts)('a program is where it is to be, and has the environment that is its own', () => {
  const place = join(folder, 'a=b');
  mkdirSync(place);
  const script = join(place, 'tell');
  writeFileSync(script, '#!/bin/sh\npwd; echo "$-$IFS$WHO"\n', { mode: 0o755 });
  const { program, words, options } = contained([script], undefined, { IFS: ':', WHO: 'it = me' });
  expect(execFileSync(program, words, { ...options, encoding: 'utf8' })).toBe(`${folder}\n \t\nit = me\n`);
});

test.skipIf(!containment.mounts)('what cannot be mounted keeps the program from starting', () => {
  const list = join(folder, 'list');
  writeFileSync(list, mountList([[folder, join(folder, 'missing')]]));
  const { program, words, options } = contained(['echo', 'started'], list);
  expect(spawnSync(program, words, { ...options, encoding: 'utf8' })).toMatchObject({ status: 125, stdout: '' });
});
