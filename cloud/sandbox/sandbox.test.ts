import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type Bench, openBench } from './testing.ts';

const run = promisify(execFile);
const linux = process.platform === 'linux';
const sealed =
  linux &&
  (process.env.WORKBOOK_REQUIRE_SEALED === '1' ||
    (await run('bwrap', ['--version']).then(
      () => true,
      () => false,
    )));
const names = ['process', ...(sealed ? ['sealed'] : [])] as ('process' | 'sealed')[];

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe.each(names)('the sandbox %s', (name) => {
  test('gives a program an environment built from nothing, and its own folders', async () => {
    process.env.SECRET_OF_THE_MACHINE = 'x';
    bench = await openBench(name);
    const program = await bench.node(`
      import { homedir, tmpdir } from 'node:os';
      import { writeFileSync } from 'node:fs';
      writeFileSync(tmpdir() + '/file', 'x');
      console.log(JSON.stringify({ names: Object.keys(process.env).sort(), home: homedir() !== ${JSON.stringify(process.env.HOME)}, uid: process.getuid?.() }));`);
    expect((await program.ended).code).toBe(0);
    const told = JSON.parse(program.lines[0]!) as { names: string[]; home: boolean; uid: number };
    expect(told.names).toEqual(['HOME', 'PATH', 'PORT', 'PWD', 'TMPDIR'].filter((one) => told.names.includes(one)));
    expect(told.names).not.toContain('SECRET_OF_THE_MACHINE');
    expect(told.home).toBe(true);
    if (bench.sandbox.capabilities.user === 'unprivileged') expect(told.uid).toBe(65534);
    delete process.env.SECRET_OF_THE_MACHINE;
  });

  test('tells how a program ended, and its lines', async () => {
    bench = await openBench(name);
    const program = await bench.node(`process.stdout.write('one\\ntwo'); process.exit(7);`);
    expect(await program.ended).toEqual({ code: 7, signal: null });
    expect(program.lines).toEqual(['one', 'two']);
  });

  test('cuts output, and ends what computes or grows for ever', async () => {
    bench = await openBench(name);
    const loud = await bench.node(`for (let i = 0; i < 2000; i++) process.stdout.write('x'.repeat(9999) + '\\n');`, {
      outputBytes: 100_000,
    });
    expect((await loud.ended).code).toBe(0);
    expect(loud.lines.at(-1)).toMatch(/is not shown/);
    expect(loud.lines.length).toBeLessThan(40);
    const endless = await bench.node('for (;;) {}', { cpuSeconds: 0.3 });
    expect(await endless.ended).toMatchObject({ reason: 'cpu' });
    const hungry = await bench.node('const all = []; for (;;) all.push(Buffer.alloc(1e7, 1));', { memoryMb: 64 });
    expect(await hungry.ended).toMatchObject({ reason: 'memory' });
  });

  test.skipIf(!linux)('kills all descendants, stopped ones too', async () => {
    bench = await openBench(name);
    const program = await bench.node(`
      import { spawn } from 'node:child_process';
      spawn('sh', ['-c', 'env -i setsid sh -c "while :; do sleep 1; done" &'], { stdio: 'ignore' });
      setInterval(() => {}, 1000); console.log('up');`);
    await expect
      .poll(() => program.processes().filter(({ command }) => command === 'sh' || command === 'sleep').length)
      .toBeGreaterThan(0);
    await program.freeze();
    const pids = program.processes().map(({ pid }) => pid);
    expect(program.processes().filter(({ state }) => !'TZ'.includes(state))).toEqual([]);
    await program.kill();
    await expect.poll(() => pids.filter(alive)).toEqual([]);
  });

  test('puts timers, Date and promises of a program on the clock', async () => {
    bench = await openBench(name, { heldAt: 1_700_000_000_000 });
    const program = await bench.node(`
      import { setTimeout as wait } from 'node:timers/promises';
      const start = Date.now();
      setTimeout(() => console.log('callback', Date.now() - start), 1500);
      const signal = AbortSignal.timeout(1800);
      signal.addEventListener('abort', () => console.log(signal.reason.name, Date.now() - start));
      await wait(1000); console.log('promise', Date.now() - start, Math.round(performance.now()));
      await wait(3_600_000); console.log('hour', Date.now() - start);`);
    await bench.clock.advance(2000);
    expect(program.lines).toEqual(['promise 1000 1000', 'callback 1500', 'TimeoutError 1800']);
    await bench.clock.advance(3_600_000);
    expect(program.lines.at(-1)).toBe('hour 3601000');
    expect((await program.ended).code).toBe(0);
  });

  test('plays two programs and the cloud in one order', async () => {
    const calls: string[] = [];
    bench = await openBench(name, {
      heldAt: 0,
      serve: (request, response) => {
        calls.push(`${bench!.clock.now()} ${request.url}`);
        response.end('x');
      },
    });
    const source = (id: string, every: number) => `
      import http from 'node:http';
      const call = () => new Promise((resolve) => http.get({ host: '127.0.0.1', port: process.env.PORT, path: '/${id}' }, (r) => r.resume().on('end', resolve)));
      for (let i = 0; i < 3; i++) { await new Promise((r) => setTimeout(r, ${every})); await call(); }`;
    await Promise.all([bench.node(source('a', 100)), bench.node(source('b', 70))]);
    await bench.clock.advance(1000);
    expect(calls).toEqual(['70 /b', '100 /a', '140 /b', '200 /a', '210 /b', '300 /a']);
  });

  /** Work that no request tells of. Each is done while the clock stands at 0, before the timer at 100. */
  test.each([
    ['zlib', `const { gzip } = await import('node:zlib'); await promisify(gzip)(Buffer.alloc(2e7));`],
    [
      'much small zlib',
      `const { deflate } = await import('node:zlib'); for (let i = 0; i < 300; i++) await promisify(deflate)(Buffer.alloc(2000));`,
    ],
    [
      'a compression stream',
      `await new Response(new Blob([Buffer.alloc(5e6)]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();`,
    ],
    [
      'crypto',
      `const { pbkdf2 } = await import('node:crypto'); await promisify(pbkdf2)('a', 'b', 200000, 64, 'sha512');`,
    ],
    ['web crypto', `for (let i = 0; i < 50; i++) await crypto.subtle.digest('SHA-512', Buffer.alloc(1e6));`],
    [
      'a worker thread',
      `const { Worker } = await import('node:worker_threads');
       const worker = new Worker("const end = process.cpuUsage().user + 1e5; while (process.cpuUsage().user < end); require('node:worker_threads').parentPort.postMessage('done');", { eval: true });
       await new Promise((resolve) => worker.once('message', resolve)); await worker.terminate();`,
    ],
    [
      'a child process',
      `const { execFile } = await import('node:child_process'); await promisify(execFile)('sh', ['-c', 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done']);`,
    ],
    ['the first fetch', `await (await fetch('http://127.0.0.1:' + process.env.PORT)).text();`],
  ])('time stands while a program is at work: %s', async (_, work) => {
    bench = await openBench(name, { heldAt: 0 });
    const program = await bench.node(`
      import { promisify } from 'node:util';
      setTimeout(() => console.log('timer', Date.now()), 100);
      ${work}
      console.log('done', Date.now());`);
    await bench.clock.advance(1000);
    expect(program.lines).toEqual(['done 0', 'timer 100']);
  });
});

describe.skipIf(!linux).each(names)('sleep and date in the sandbox %s', (name) => {
  test('follow the clock, whoever waits for them', async () => {
    bench = await openBench(name, { heldAt: 1_700_000_000_000 });
    const program = await bench.node(`
      import { execFile, execFileSync } from 'node:child_process';
      const sh = (script) => execFileSync('sh', ['-c', script + ' 2>&1'], { encoding: 'utf8' }).trim();
      const start = Date.now();
      execFile('sleep', ['3'], () => {
        console.log('child', Date.now() - start);
        console.log(sh('sleep 1m; sleep 1h 0.5; date +%s.%3N'));
        console.log(sh('date -u -Is; date -u -d @5 +%s; date -u -d "2 hours ago" +%FT%T; TZ=Asia/Kolkata date +%H:%M'));
        console.log(sh('sleep x; echo $?; sleep; echo $?'));
      });`);
    await bench.clock.advance(2 * 3_600_000);
    expect(program.lines).toEqual([
      'child 3000',
      '1700003663.500',
      '2023-11-14T23:14:23+00:00',
      '5',
      '2023-11-14T21:14:23',
      '04:44',
      'sleep: invalid time interval ‘x’',
      'sleep: missing operand',
      '1',
      '1',
    ]);
  });

  test('a sleep that has been killed is nobody’s wait', async () => {
    bench = await openBench(name, { heldAt: 0 });
    const program = await bench.node(`
      import { spawn } from 'node:child_process';
      const child = spawn('sleep', ['3600'], { stdio: 'ignore' });
      setTimeout(() => child.kill('SIGKILL'), 1000);
      child.on('exit', (_, signal) => console.log(signal, Date.now()));`);
    const stop = bench.clock.drive();
    await program.ended;
    stop();
    expect(program.lines).toEqual(['SIGKILL 1000']);
    expect(bench.clock.now()).toBe(1000);
  });
});

test.skipIf(!linux)('a frozen program’s timers are late, as after a computer’s sleep', async () => {
  bench = await openBench('process', { heldAt: 0 });
  const program = await bench.node(`setInterval(() => console.log(Date.now()), 1000); console.log('up');`);
  await bench.clock.advance(2500);
  await program.freeze();
  await bench.clock.advance(10_000);
  expect(program.lines).toEqual(['up', '1000', '2000']);
  await program.thaw();
  await expect.poll(() => program.lines.at(-1)).toBe('12500');
  await bench.clock.advance(1000);
  expect(program.lines.slice(3, 5)).toEqual(['12500', '13500']);
});

test.skipIf(!sealed)('a sealed program reaches the cloud, and nothing else', async () => {
  const other = createServer((_, response) => response.end('secret')).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  bench = await openBench('sealed');
  const outside = join(bench.folder, 'outside.txt');
  writeFileSync(outside, 'secret', { mode: 0o644 });
  const program = await bench.node(`
    import { readFileSync, writeFileSync } from 'node:fs';
    const attempt = async (what) => { try { return await what(); } catch (error) { return error.cause?.code ?? error.code; } };
    console.log(JSON.stringify({
      cloud: await attempt(async () => (await fetch('http://127.0.0.1:' + process.env.PORT)).text()),
      other: await attempt(async () => (await fetch('http://127.0.0.1:${(other.address() as AddressInfo).port}')).text()),
      file: await attempt(() => readFileSync(${JSON.stringify(outside)}, 'utf8')),
      repository: await attempt(() => readFileSync(${JSON.stringify(fileURLToPath(import.meta.url))}, 'utf8').length),
      code: await attempt(() => writeFileSync('main.mjs', '')),
      host: await attempt(() => readFileSync('/etc/passwd', 'utf8').length),
    }));`);
  await program.ended;
  expect(JSON.parse(program.lines[0]!)).toEqual({
    cloud: 'hello',
    other: 'ECONNREFUSED',
    file: 'ENOENT',
    repository: 'ENOENT',
    code: 'EROFS',
    host: 'ENOENT',
  });
  other.close();
});

test.skipIf(!linux).each(names)('kill -9 of its host ends every program of the sandbox %s', async (name) => {
  const script = `
    import { openBench } from ${JSON.stringify(fileURLToPath(new URL('./testing.ts', import.meta.url)))};
    const bench = await openBench('${name}');
    const program = await bench.node("import { spawn } from 'node:child_process'; spawn('sh', ['-c', 'setsid sleep 1000 &'], { stdio: 'ignore' }); setInterval(() => {}, 1000);");
    while (!program.processes().some(({ command }) => command === 'sleep')) await new Promise((r) => setTimeout(r, 5));
    await program.freeze();
    console.log(JSON.stringify([bench.folder, program.pid, ...program.processes().map(({ pid }) => pid)]));
    await new Promise(() => setInterval(() => {}, 1000));`;
  const host = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    host.stdout.once('data', (data: Buffer) => resolve(data.toString())),
  );
  const [folder, ...pids] = JSON.parse(line) as [string, ...number[]];
  expect(pids.every(alive)).toBe(true);
  host.kill('SIGKILL');
  await expect.poll(() => pids.filter((pid) => alive(pid) && !isZombie(pid)), { timeout: 10_000 }).toEqual([]);
  await run('rm', ['-rf', folder]);
});

function isZombie(pid: number): boolean {
  try {
    return /^\S+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

test('leaves nothing in its folder', async () => {
  const opened = await openBench('process');
  bench = opened;
  const program = await opened.node(`console.log('x')`);
  await program.ended;
  expect(readdirSync(opened.folder).filter((entry) => entry.endsWith('.view'))).toEqual([]);
});
