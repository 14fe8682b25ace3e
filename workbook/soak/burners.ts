/** Processes that keep the machine busy: what runs beside them gets a small part of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('burn.mjs', import.meta.url));

export interface Burners {
  readonly pids: readonly number[];
  /** Ends them, and waits until they have ended. */
  stop(): Promise<void>;
}

/** They also end when this process is killed and cannot end them. */
export function startBurners(count: number): Burners {
  const env = { ...process.env, WORKBOOK_CHILD: '1' };
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, [PROGRAM, String(process.pid)], { stdio: 'ignore', env }),
  );
  return {
    pids: children.map(({ pid }) => pid!),
    stop: async () => {
      await Promise.all(children.map(ended));
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
