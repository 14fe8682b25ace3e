/** `npm run localstack`: LocalStack until it is stopped, for `CLOUD=localstack npm run lab 1`. */
import { createServer } from 'node:net';
import { readWords } from '../core/words.ts';
import { SandboxUnavailable } from '../sandbox/contract.ts';
import { STANDARD_PORT } from './settings.ts';
import { CannotStart, type Running, startLocalStack } from './start.ts';

const USAGE = 'npm run localstack [port 4567]';

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function port(): number {
  try {
    return readWords(process.argv.slice(2), 1, ['port']).port ?? STANDARD_PORT;
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
}

const isFree = (wanted: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(wanted, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const wanted = port();
if (!(await isFree(wanted))) fail(`Port ${wanted} is taken: is another cloud running? ${USAGE}`);

let running: Running | undefined;
let stopping = false;
const stop = async (code: number): Promise<void> => {
  stopping = true;
  await running?.close();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The second one, when npm passes on what the terminal has sent to all, changes nothing.
  process.on(signal, () => {
    if (!stopping) void stop(0);
  });
}

try {
  running = await startLocalStack({ port: wanted }, (line) => console.error(line));
  console.log(`
LocalStack answers at ${running.url}. In another terminal:

  CLOUD=${wanted === STANDARD_PORT ? 'localstack' : running.url} npm run lab 1

Ctrl-C ends it, and what it holds is gone then.
`);
  const code = await running.ended;
  if (!stopping) {
    console.error('LocalStack has ended by itself; its own output is above.');
    await stop(code || 1);
  }
} catch (error) {
  if (error instanceof CannotStart || error instanceof SandboxUnavailable) fail(error.message);
  throw error;
}
