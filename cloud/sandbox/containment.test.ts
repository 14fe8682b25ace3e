import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mountList, probeContainment } from './containment.ts';

const folder = mkdtempSync(join(tmpdir(), 'containment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const containment = await probeContainment();

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
  const { program, words } = containment.wrap(['cat', two, three], list, undefined);
  expect(execFileSync(program, words, { encoding: 'utf8' })).toBe('11');
  expect(execFileSync('cat', [two, three], { encoding: 'utf8' })).toBe('23');
});

test.skipIf(!containment.mounts)('what cannot be mounted keeps the program from starting', () => {
  const list = join(folder, 'list');
  writeFileSync(list, mountList([[folder, join(folder, 'missing')]]));
  const { program, words } = containment.wrap(['echo', 'started'], list, undefined);
  expect(spawnSync(program, words, { encoding: 'utf8' })).toMatchObject({ status: 125, stdout: '' });
});
