/** The engines that are compared, each as a process of its own, started as people start it. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython, install } from '../../cloud/localstack/install.ts';
import { MODULES, ROOT } from '../paths.ts';

export interface Started {
  readonly url: string;
  readonly pid: number;
  /** `performance.now()` when its process was started. */
  readonly began: number;
  stop(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  /** Throws with what is missing here. */
  start(): Promise<Started>;
}

const run = promisify(execFile);
const MINISTACK = '1.4.21';
/** Milliseconds in which an engine has to answer. */
const PATIENCE = 120_000;

const CLOUD: Engine = {
  name: 'this cloud',
  start: () => started(process.execPath, [join(ROOT, 'workbook/bin/cloud.mjs'), 'port']),
};

/** The two ways in which this cloud is started. */
export const cloudStarts = (): Engine[] => [
  CLOUD,
  {
    name: 'the same by tsx',
    start: () => started(process.execPath, ['--import', 'tsx', join(ROOT, 'cloud/main.ts'), 'port']),
  },
];

export const createEngines = (): Engine[] => [
  CLOUD,
  {
    name: 'LocalStack',
    start: async () => {
      // What is fetched once is no part of a start.
      const python = await findPython();
      if (python) await install(python, (line) => console.error(line));
      return await started(process.execPath, [join(ROOT, 'workbook/bin/localstack.mjs'), 'port']);
    },
  },
  {
    name: `MiniStack ${MINISTACK}`,
    start: async () => {
      const program = join(await ministack(), 'bin/ministack');
      return await started(program, [], (port) => ({ GATEWAY_PORT: String(port), LAMBDA_EXECUTOR: 'local' }));
    },
  },
];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Runs until it answers over HTTP. The port is the last word of the command, unless the environment carries it. */
async function started(
  program: string,
  words: readonly string[],
  environment?: (port: number) => Record<string, string>,
): Promise<Started> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(program, environment ? words : [...words, String(port)], {
    stdio: 'ignore',
    env: { ...process.env, ...environment?.(port), WORKBOOK_CHILD: '1' },
  });
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  }).then(() => {
    over = true;
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
    process.off('exit', kill);
  };
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(url).then(Boolean, () => false))) {
    if (over) throw new Error(`${program} ended before it answered.`);
    if (performance.now() - began > PATIENCE) {
      await stop();
      throw new Error(`${program} did not answer within ${PATIENCE / 1000} s.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return { url, pid: child.pid!, began, stop };
}

/** A virtual environment with MiniStack, made once. */
async function ministack(): Promise<string> {
  const folder = join(MODULES, '.cache/serverless-workbook-localstack', `ministack-${MINISTACK}`);
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return folder;
  const python = await findPython();
  if (!python) throw new Error('it needs Python 3.13 or newer.');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run(python, ['-m', 'venv', folder]);
  await run(join(folder, 'bin/pip'), ['install', '--quiet', `ministack==${MINISTACK}`]);
  await writeFile(ready, '');
  return folder;
}
