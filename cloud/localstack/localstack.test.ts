/** What of `npm run localstack` can be told without LocalStack: its settings, its environments, and how it ends. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withPython } from '../services/lambda/testing.ts';
import { type Executor, openExecutor } from './executor.ts';
import { startKept } from './kept.ts';
import { COMPOSE_FILE, composeSettings, settingsWithoutDocker, version } from './settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'localstack-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const works = (program: string, ...words: string[]): boolean => {
  try {
    execFileSync(program, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('docker-compose.yml', () => {
  const compose = readFileSync(COMPOSE_FILE, 'utf8');

  // The plug-in, or Debian's program of its own: one prints YAML with quotes where the other has none.
  const program = [['docker', 'compose'], ['docker-compose']].find(([name, ...words]) =>
    works(name!, ...words, 'version'),
  );
  test.skipIf(!program)('is what `docker compose config` takes', () => {
    const [name, ...words] = [...program!, '-f', fileURLToPath(COMPOSE_FILE), 'config'];
    const told = execFileSync(name!, words, { encoding: 'utf8' }).replaceAll(/['"]/g, '');
    const { image, environment } = composeSettings();
    expect(told).toContain(`image: ${image}\n`);
    for (const [key, value] of Object.entries(environment)) expect(told).toContain(`      ${key}: ${value}\n`);
  });

  // For machines without the compose plug-in: PyYAML reads what compose would.
  test.skipIf(!works('python3', '-c', 'import yaml'))(
    'is YAML with a service of image, ports, environment, volumes',
    () => {
      const read = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
      const told = JSON.parse(execFileSync('python3', ['-c', read], { input: compose, encoding: 'utf8' }));
      expect(Object.keys(told)).toEqual(['services', 'volumes']);
      const { image, ports, environment, volumes, stop_grace_period } = told.services.localstack;
      expect({ image, environment }).toEqual(composeSettings());
      expect(ports).toEqual(['127.0.0.1:4566:4566']);
      expect(volumes[0]).toMatch(/:\/var\/run\/docker\.sock$/);
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(Number(environment.SHUTDOWN_TIMEOUT));
    },
  );

  test('pins the release that needs no account, and says why of every setting', () => {
    expect(composeSettings().image).toBe('localstack/localstack:4.14.0');
    expect(version()).toBe('4.14.0');
    expect(readFileSync(new URL('./pins.txt', import.meta.url), 'utf8')).toContain('\nlocalstack-core==4.14.0\n');
    const block = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(compose)![1]!.split('\n');
    expect(block[0]).toMatch(/^ {6}# /);
  });

  test('says the same to a LocalStack without Docker, but for what concerns containers', () => {
    expect(settingsWithoutDocker()).toMatchObject({ SQS_ENDPOINT_STRATEGY: 'dynamic', LAMBDA_RETRY_BASE_DELAY: '2' });
    expect(Object.keys(settingsWithoutDocker()).filter((name) => name.includes('DOCKER'))).toEqual([]);
  });
});

describe('execution environments', () => {
  let executor: Executor;
  beforeEach(async () => {
    await chmod(folder, 0o711);
    executor = await openExecutor(join(folder, 'executor'));
    await mkdir(join(folder, 'code'));
  });
  afterEach(() => executor.close());

  const ask = async (method: string, body?: object, url = `${executor.url}/environments/one`) => {
    const answer = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, body: answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined };
  };
  const start = async (source: string, runtime = 'nodejs24.x'): Promise<void> => {
    await writeFile(join(folder, 'code', runtime.startsWith('nodejs') ? 'index.js' : 'index.py'), source);
    await ask('PUT', {
      account: '111122223333',
      region: 'us-east-1',
      name: 'f',
      version: '7',
      arn: 'arn:aws:lambda:us-east-1:111122223333:function:f:7',
      code: join(folder, 'code'),
      role: 'arn:aws:iam::111122223333:role/r',
      handler: 'index.handler',
      runtime,
      timeout: 1,
      memory: 128,
      variables: { STAGE: 'one' },
      given: {
        AWS_ACCESS_KEY_ID: 'LSIA',
        AWS_SECRET_ACCESS_KEY: 's',
        AWS_SESSION_TOKEN: 't',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
        AWS_LAMBDA_LOG_STREAM_NAME: 'theirs',
        PATH: '/theirs',
      },
    });
  };
  const invoke = async (event: unknown = {}) =>
    (await ask('POST', { requestId: 'id-1', arn: 'arn:f', payload: JSON.stringify(event) })).body as {
      payload: string;
      failed: boolean;
      logs: string;
    };

  test('take LocalStack’s keys, log stream and address, and the function’s variables', async () => {
    await start(`exports.handler = async () => {
      const { AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, AWS_LAMBDA_LOG_STREAM_NAME, AWS_LAMBDA_FUNCTION_VERSION, STAGE } = process.env;
      return [AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, AWS_LAMBDA_LOG_STREAM_NAME, AWS_LAMBDA_FUNCTION_VERSION, STAGE];
    };`);
    const { payload, failed, logs } = await invoke();
    expect([JSON.parse(payload), failed]).toEqual([['LSIA', 'http://127.0.0.1:4566', 'theirs', '7', 'one'], false]);
    expect(logs).toMatch(/^START RequestId: id-1 Version: 7\nEND RequestId: id-1\nREPORT RequestId: id-1\t/);
  });

  test.skipIf(!withPython)('are of Python, too', async () => {
    await start(
      "import os\ndef handler(event, context): return [os.environ['STAGE'], context.function_version, event]",
      'python3.13',
    );
    const { payload, failed } = await invoke('x');
    expect([JSON.parse(payload), failed]).toEqual([['one', '7', 'x'], false]);
  });

  test('stand still between two invocations, and keep what they had', async () => {
    // Calls, and the longest time since the last one in which it did nothing, though it had something to do.
    await start(`let [calls, last, gap] = [0, performance.now(), 0];
      const look = () => { const now = performance.now(); gap = Math.max(gap, now - last); last = now; };
      setInterval(look, 10);
      exports.handler = async () => { look(); const answer = [++calls, gap]; gap = 0; return answer; };`);
    await invoke();
    await invoke();
    const pause = 300;
    await new Promise((resolve) => setTimeout(resolve, pause));
    const [calls, gap] = JSON.parse((await invoke()).payload) as [number, number];
    expect(calls).toBe(3);
    expect(gap).toBeGreaterThan(pause - 10);
  });

  test('end at the time limit, and begin anew', async () => {
    await start('let n = 0; exports.handler = async ({ hang }) => hang ? new Promise(() => {}) : ++n;');
    expect((await invoke()).payload).toBe('1');
    const cut = await invoke({ hang: true });
    expect([JSON.parse(cut.payload).errorType, cut.failed]).toEqual(['Sandbox.Timedout', true]);
    expect((await invoke()).payload).toBe('1');
  });

  test('are nobody’s who does not know the address', async () => {
    await start('exports.handler = async () => 1;');
    const { origin } = new URL(executor.url);
    expect((await ask('POST', {}, `${origin}/guess/environments/one`)).status).toBe(404);
    expect((await ask('DELETE')).status).toBe(200);
    expect((await ask('POST', { requestId: 'id', arn: 'a', payload: '{}' })).status).toBe(404);
  });
});

describe('a program that is kept', () => {
  const alive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const until = async (what: () => boolean): Promise<void> => {
    for (let left = 600; left > 0 && !what(); left--) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(what()).toBe(true);
  };
  /** A child that heeds no SIGTERM, and says who it is. */
  const deaf = `trap '' TERM; sleep 300 & echo $! > pids; echo $$ >> pids; wait; wait`;
  const pids = (): number[] =>
    existsSync(join(folder, 'pids')) ? readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number) : [];

  test('ends with its children when it is told to, by force if need be', async () => {
    const kept = startKept('sh', ['-c', deaf], { environment: process.env, folder, patience: 200 });
    await until(() => pids().length === 2);
    const all = pids();
    await kept.end();
    expect(existsSync(folder)).toBe(false);
    await until(() => all.every((pid) => !alive(pid)));
  });

  test('ends when we are killed, and what comes afterwards is run', async () => {
    const marker = `${folder}.afterwards`;
    const program = `import { startKept } from ${JSON.stringify(new URL('./kept.ts', import.meta.url).href)};
      startKept('sh', ['-c', ${JSON.stringify(deaf)}], { environment: process.env, folder: ${JSON.stringify(folder)}, patience: 200, afterwards: ['touch', ${JSON.stringify(marker)}] });
      console.log('kept');
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
    // The program may have begun before there is anyone to end it.
    await once(parent.stdout, 'data');
    await until(() => pids().length === 2);
    const all = pids();
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => all.every((pid) => !alive(pid)) && !existsSync(folder) && existsSync(marker));
    await rm(marker);
  });
});
