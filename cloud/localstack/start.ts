/** Starts LocalStack: in a container where Docker answers, otherwise from PyPI with our own execution environments. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openExecutor } from './executor.ts';
import { findPython, install } from './install.ts';
import { startKept } from './kept.ts';
import { COMPOSE_FILE, STANDARD_PORT, settingsWithoutDocker } from './settings.ts';

const run = promisify(execFile);

export interface Running {
  readonly url: string;
  /** Resolves when LocalStack has ended by itself. */
  readonly ended: Promise<number | null>;
  close(): Promise<void>;
}

export class CannotStart extends Error {
  override name = 'CannotStart';
}

const HOW = `There is neither Docker nor Python 3.13 here, and LocalStack needs one of them:
- Docker, with its compose plug-in: https://docs.docker.com/get-docker/
- or Python 3.13 or newer: https://www.python.org/downloads/
The labs need neither: without CLOUD=localstack they run on the workbook's own cloud.`;

/** On the standard port, or where there is no container and no `port`, on a free one. Throws `CannotStart` with what is missing. */
export async function startLocalStack(
  { port }: { readonly port?: number },
  tell: (line: string) => void,
): Promise<Running> {
  if (await dockerAnswers()) return await inContainer(port ?? STANDARD_PORT);
  const python = await findPython();
  if (!python) throw new CannotStart(HOW);
  return await fromPyPI(python, port ?? (await freePort()), tell);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function dockerAnswers(): Promise<boolean> {
  try {
    await run('docker', ['compose', 'version'], { timeout: 10_000 });
    await run('docker', ['info'], { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

async function inContainer(port: number): Promise<Running> {
  if (port !== STANDARD_PORT) throw new CannotStart(`In Docker LocalStack has the port ${STANDARD_PORT}, always.`);
  const compose = ['docker', 'compose', '--project-name', 'serverless-workbook', '-f', fileURLToPath(COMPOSE_FILE)];
  const down = [...compose, 'down', '--volumes', '--remove-orphans', '--timeout', '40'];
  const kept = startKept('docker', [...compose.slice(1), 'up', '--abort-on-container-exit'], {
    environment: process.env,
    folder: await mkdtemp(join(tmpdir(), 'serverless-localstack-')),
    patience: 45_000,
    afterwards: down,
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, kept.ended);
  return { url, ended: kept.ended, close: () => kept.end() };
}

async function fromPyPI(python: string, port: number, tell: (line: string) => void): Promise<Running> {
  const installed = await install(python, tell);
  const folder = await mkdtemp(join(tmpdir(), 'serverless-localstack-'));
  // Functions run as another user and have to get at theirs.
  await chmod(folder, 0o711);
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const executor = await openExecutor(join(folder, 'executor'));
  const { SERVICES = '', ...settings } = settingsWithoutDocker();
  const kept = startKept(installed.python, ['-m', 'localstack.runtime.main'], {
    environment: {
      ...settings,
      // Without its jars LocalStack would fetch DynamoDB from an address that is not in our pins.
      SERVICES: installed.jars ? SERVICES : SERVICES.replace(',dynamodb', ''),
      // Nothing of this machine's AWS configuration, and no file outside of the folder.
      PATH: process.env.PATH,
      HOME: folder,
      // Python looks at it as at TMPDIR, which LocalStack once used for something else and warns of.
      TEMP: temporary,
      FILESYSTEM_ROOT: join(folder, 'files'),
      XDG_CACHE_HOME: installed.cache,
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      // LocalStack's own name server would want port 53; code is fetched from an address that needs none.
      DNS_ADDRESS: '0',
      LOCALSTACK_HOST: `127.0.0.1:${port}`,
      PYTHONPATH: fileURLToPath(new URL('./plugin', import.meta.url)),
      PYTHONDONTWRITEBYTECODE: '1',
      LAMBDA_RUNTIME_EXECUTOR: 'workbook',
      WORKBOOK_EXECUTOR: executor.url,
      WORKBOOK_DYNAMODB_JARS: installed.jars ?? '',
    },
    folder,
    // All that it could save is in memory.
    patience: 1500,
  });
  const close = async (): Promise<void> => {
    // First what LocalStack would wait for.
    await executor.close();
    await kept.end();
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, kept.ended);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, ended: kept.ended, close };
}

/** Waits until LocalStack answers. Throws `CannotStart` when it ends before. */
async function untilReady(url: string, ended: Promise<number | null>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    const answer = await fetch(`${url}/_localstack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new CannotStart('LocalStack ended before it was ready; its own output is above.');
}
