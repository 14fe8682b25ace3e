/** How a script of the answer has to end. */
import type { Because, Check, ScriptRun } from '../../workbook/kit/contract.ts';

type Why = Omit<Because, 'what'>;

/** It has come to its end, with exit code 0. */
export function endsWell(t: Check, script: string, run: ScriptRun, why: Why = {}): void {
  t.that(run.exitCode === 0, { expected: `${script} ends with exit code 0`, seen: ending(run), ...why });
}

/** It has told that something went wrong. Who never ends tells nothing. `when`: what went wrong, as the end of a sentence. */
export function endsInFailure(t: Check, script: string, run: ScriptRun, when: string, why: Why = {}): void {
  t.that(run.exitCode !== null && run.exitCode !== 0, {
    expected: `${script} ends with an exit code that is not 0${when}`,
    seen: ending(run),
    ...why,
  });
}

/** In words; with its last line where it did not say why. */
function ending({ exitCode, signal, error, output }: ScriptRun): string {
  if (error?.type === 'Stopped') return `it was stopped: ${error.message}`;
  const how = signal === undefined ? `exit code ${exitCode}` : `it was killed by ${signal}`;
  if (error) return `${how}, ${error.type}: ${error.message}${error.at ? ` (${error.at})` : ''}`;
  return exitCode === 0 ? how : `${how}; its last line was: ${output.at(-1) ?? '(none)'}`;
}
