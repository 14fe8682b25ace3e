import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { available } from './available.ts';
import { sizeOf } from './folder-size.ts';
import { type Bench, openBench } from './testing.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

describe.skipIf(process.platform !== 'linux').each(available)('in the sandbox %s', (name) => {
  test('a program is ended that has too many processes', async () => {
    bench = await openBench(name);
    const { ended } = await bench.node('', {
      command: ['sh', '-c', 'i=0; while [ $i -lt 1500 ]; do sleep 1000 & i=$((i+1)); done; wait'],
      memoryMb: 100_000,
    });
    expect(await ended).toMatchObject({ reason: 'processes' });
  });

  test('a program is ended that writes too much', async () => {
    bench = await openBench(name);
    const write = (mb: number) => `
      import { mkdirSync, writeFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      const folder = tmpdir() + '/a/b';
      mkdirSync(folder, { recursive: true });
      for (let i = 0; i < ${mb}; i++) writeFileSync(folder + '/' + i, Buffer.alloc(1024 * 1024));
      setTimeout(() => undefined, ${mb > 20 ? 60_000 : 3000});`;
    const [much, little] = await Promise.all([
      bench.node(write(60), { scratchMb: 20 }),
      bench.node(write(10), { scratchMb: 20 }),
    ]);
    expect(await much.ended).toMatchObject({ reason: 'disk' });
    expect(await little.ended).toEqual({ code: 0, signal: null });
  });
});

test.skipIf(!available.includes('sealed'))('a sealed program has little memory to keep files in', async () => {
  bench = await openBench('sealed');
  const { ended, lines } = await bench.node(`
    import { execFileSync } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    const attempt = (what) => { try { what(); return 'done'; } catch ({ code, status }) { return code ?? status; } };
    const write = (path, mb) => console.log(path, attempt(() => writeFileSync(path, Buffer.alloc(mb * 1024 * 1024))));
    write('/file', 1);
    write('/run/file', 1);
    write('/dev/file', 1);
    write('/dev/null', 1);
    write('/dev/shm/file', 1);
    write('/dev/shm/file', 100);
    write('/tmp/file', 1);
    console.log('namespaces', attempt(() => execFileSync('unshare', ['--user', 'true'], { stdio: 'ignore' })));`);
  await ended;
  expect(lines).toEqual([
    '/file EROFS',
    '/run/file EROFS',
    '/dev/file EROFS',
    '/dev/null done',
    '/dev/shm/file done',
    '/dev/shm/file ENOSPC',
    '/tmp/file done',
    'namespaces 1',
  ]);
});

test('a folder is as large as what lies in it, every file once and no link followed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'folder-size-'));
  try {
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/one'), Buffer.alloc(1_000_000, 1));
    const once = await sizeOf(folder, Number.POSITIVE_INFINITY);
    expect(once).toBeGreaterThan(900_000);
    linkSync(join(folder, 'a/one'), join(folder, 'two'));
    symlinkSync('/', join(folder, 'root'));
    expect((await sizeOf(folder, Number.POSITIVE_INFINITY)) - once).toBeLessThan(100_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
