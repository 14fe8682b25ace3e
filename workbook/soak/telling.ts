/** What a soak prints of a verdict. */
import type { Verdict } from '../run/verdict.ts';

/** All that did not pass, and why. A soak is no step, and has a name instead of a number. */
export function complaints({ steps, errors }: Verdict, called: 'number' | 'id' = 'number'): string {
  const checks = steps.flatMap((step) => step.checks.map((check) => ({ step, check })));
  return [
    ...errors.map(({ message }) => `  ${message}`),
    ...checks
      .filter(({ check }) => check.status !== 'passed')
      .map(({ step, check: { id, status, did, failure } }) =>
        [
          `  ${step[called]} ${id}: ${status}`,
          ...did.map((what) => `    ${what}`),
          ...(failure?.what ? [`    of ${failure.what}`] : []),
          ...(failure ? [`    expected ${failure.expected}`, `    seen     ${failure.seen}`] : []),
        ].join('\n'),
      ),
  ].join('\n');
}

/** What its checks have counted. */
export const noted = ({ steps }: Verdict): string =>
  steps.flatMap(({ checks }) => checks.flatMap(({ did }) => did.map((what) => `\n  ${what}`))).join('');

/**
 * What two verdicts on the same have to have in common: each check's status, and of what a failure speaks. What was seen may differ:
 * a call that comes first in one run comes second in another.
 */
export const essence = ({ status, steps }: Verdict): string[] => [
  `the whole: ${status}`,
  ...steps.flatMap(({ number, checks }) =>
    checks.map(({ id, status: one, failure }) => `${number} ${id}: ${one}${failure?.what ? ` (${failure.what})` : ''}`),
  ),
];

/** Lines of the second that are not in the first: how it differs. */
export function differences(first: Verdict, second: Verdict): string[] {
  const known = new Set(essence(first));
  return essence(second).filter((line) => !known.has(line));
}
