/**
 * Step 4.1: a job that outlives the function that started it
 *
 * The job is a shell script that runs for longer than a function may. The function starts it and answers at once.
 *
 *   Event        { "run": "r-7", "job": "#!/bin/sh\n…" }
 *   Answer       { "run": "r-7", "instance": "i-…" }, within ten seconds
 *   Environment  IMAGE, TYPE   of an instance     PROFILE   its instance profile
 *
 *   - The job runs to its end, whatever becomes of the function. What it prints is in the instance's console output: that is where
 *     the standard output of user data goes.
 *   - When the job has ended, the instance ends: terminated, not stopped. Nobody pays for a machine that has nothing to do.
 *
 * This is the recipe of 2018 as it was printed. Run the grader on it before you change anything, and fill in freeze.json: what does a
 * job do that was left behind in the sandbox?
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Event {
  readonly run: string;
  readonly job: string;
}

export async function handler({ run, job }: Event) {
  const script = join(tmpdir(), `${run}.sh`);
  writeFileSync(script, job);
  // Your part: is this the right place for it?
  const child = spawn('nohup', ['sh', script], { detached: true, stdio: 'ignore' });
  child.unref();
  console.log(`the job runs as process ${child.pid}, in an environment for ${process.env.TYPE}`);
  return { run, instance: `pid-${child.pid}` };
}
