/**
 * The recipe of 2018, for step 4.1: a function that starts its job with nohup and returns. Given; nothing to do here but to watch it.
 *
 *   Event   { "job": "…" }        starts the script in the background and returns after four seconds
 *           { "seconds": 7 }      stays for so many seconds, while the sandbox is awake
 *   Answer  { "lines": 3 }        the lines that the job has written up to now, as this environment sees them
 */
import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LOG = join(tmpdir(), 'nohup.out');

export async function handler({ job, seconds = 4 }: { readonly job?: string; readonly seconds?: number }) {
  if (job !== undefined) {
    const script = join(tmpdir(), 'job.sh');
    writeFileSync(script, job);
    const log = openSync(LOG, 'w');
    spawn('nohup', ['sh', script], { detached: true, stdio: ['ignore', log, log] });
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return { lines: written().split('\n').length - 1 };
}

function written(): string {
  try {
    return readFileSync(LOG, 'utf8');
  } catch {
    return '';
  }
}
