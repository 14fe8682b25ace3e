/** Runs a file of the answer as a script, in a sandbox of its own. */
import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { MODULES } from '../paths.ts';
import { filesOf, placeOf } from './answer.ts';
import { bundle } from './bundle.ts';
import type { ScriptRun } from './contract.ts';
import type { ScriptAnswer } from './control.ts';
import { lastCall } from './last-call.ts';
import { errorOfOutput } from './learner-error.ts';
import { packagesFolder } from './packages.ts';
import type { Session } from './session.ts';

/** What a script is stopped for. */
const STOPPED: Readonly<Partial<Record<NonNullable<ScriptAnswer['reason']>, string>>> = {
  cpu: 'it ran on the CPU for 30 s without an end: is there an endless loop?',
  memory: 'it used more than 512 MB of memory',
  processes: 'it had more than 1,024 processes and threads: does it start itself again and again?',
  time: 'it had not ended after three hours of the cloud’s time: does it wait for something that never comes?',
};

/** A name that no learner's file has. */
const ENTRY = '.script.mjs';

export async function runScript(
  session: Session,
  file: string,
  { environment = {}, args = [] }: { environment?: Readonly<Record<string, string>>; args?: readonly string[] } = {},
): Promise<ScriptRun> {
  const { run, answer: step, control, accountId } = session;
  const { code } = await bundle(step, file, { external: ['@aws-sdk/*', ...run.lab.packages], packages: [] });
  const files: Record<string, Uint8Array> = { [ENTRY]: code };
  for (const name of filesOf(step)) files[name] = readFileSync(placeOf(step, name));
  const answer = await control.runScript({
    accountId,
    zip: Buffer.from(zipSync(files, { level: 0 })).toString('base64'),
    entry: ENTRY,
    environment,
    args,
    modules: [MODULES, await packagesFolder(run.lab.packages)],
  });
  const output = answer.output.map(({ line }) => line);
  session.note(output);
  const why = answer.reason && STOPPED[answer.reason];
  const stopped = why && (answer.reason === 'time' ? `${why} ${lastCall(await control.trace(accountId))}` : why);
  const error = stopped
    ? { type: 'Stopped', message: stopped }
    : answer.code === 0
      ? undefined
      : errorOfOutput(output, step);
  return {
    exitCode: answer.code,
    output,
    ...(answer.signal === null ? {} : { signal: answer.signal }),
    ...(error ? { error } : {}),
  };
}
