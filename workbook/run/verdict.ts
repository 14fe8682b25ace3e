/** The verdict: one JSON per run, made from the lab's own plan. Everything else that reports is written from it. */
import type { Capabilities } from '#cloud';
import type { First } from '../kit/context.ts';
import type { CheckReport } from '../kit/failure.ts';
import { type Lab, stepName } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { type Lack, lackOf } from './needs.ts';

/** The name of the workbook's own cloud among engines. */
export const EMBEDDED = 'embedded';

/** `not-gradable`: the engine lacks what judging needs, so that nothing is earned and nothing lost. */
export type Status = 'passed' | 'failed' | 'error' | 'not-gradable';
/** `not-run`: a check of the step before it did not pass, and the run was to end the step there. */
export type CheckStatus = Status | 'not-run';

export interface CheckVerdict {
  readonly id: string;
  readonly title: string;
  readonly status: CheckStatus;
  readonly did: readonly string[];
  /** What the learner's code printed, last lines. */
  readonly output: readonly string[];
  readonly failure?: CheckReport['failure'];
  /** Why it is not gradable. */
  readonly lack?: Lack;
}

export interface StepVerdict {
  readonly id: string;
  /** `1.3` */
  readonly number: string;
  readonly title: string;
  readonly status: Status;
  readonly points: number;
  readonly earned: number;
  readonly checks: readonly CheckVerdict[];
}

export interface Verdict {
  readonly formatVersion: 1;
  readonly lab: string;
  readonly title: string;
  /** `src`, `solution`, or the name of another answer. */
  readonly answer: string;
  /** `embedded`, `LocalStack 4.14.0`, or an address. */
  readonly engine: string;
  /** What the engine can do, and what the attempt showed where it cannot; not there when the run came to no verdict. */
  readonly capabilities?: Capabilities;
  readonly sandbox: 'process' | 'sealed';
  readonly seed: number;
  readonly versions: { readonly workbook: string; readonly node: string };
  readonly status: Status;
  readonly points: { readonly earned: number; readonly possible: number };
  readonly steps: readonly StepVerdict[];
  /** What went wrong beside the checks. */
  readonly errors: readonly RunError[];
}

export interface RunError {
  readonly fault: 'grader' | 'machine';
  readonly message: string;
}

/** What the runner saw of one check. A check may have been seen several times, which is an error. */
export interface Seen {
  readonly id: string;
  readonly passed: boolean;
  readonly report?: CheckReport;
  /** The thrown error, where there is no report. */
  readonly error?: string;
}

export interface StepSeen {
  readonly checks: readonly Seen[];
  readonly errors: readonly string[];
}

export interface VerdictInput {
  readonly lab: Lab;
  readonly steps: readonly Step[];
  readonly answer: string;
  /** The embedded cloud unless told. */
  readonly engine?: { readonly name: string; readonly capabilities?: Capabilities };
  readonly sandbox: 'process' | 'sealed';
  readonly seed: number;
  readonly version: string;
  /** The run ended each step at its first failing check. */
  readonly stopAtFailure: boolean;
  readonly first?: First;
  readonly seen: ReadonlyMap<string, StepSeen>;
  readonly errors: readonly RunError[];
}

/** A check that did not run, ran twice, or is unknown to the plan is an error and never a pass. */
export function verdictOf(input: VerdictInput): Verdict {
  const {
    lab,
    steps,
    answer,
    engine = { name: EMBEDDED },
    sandbox,
    seed,
    version,
    stopAtFailure,
    first,
    seen,
    errors,
  } = input;
  const { capabilities } = engine;
  const machine = errors.find(({ fault }) => fault === 'machine')?.message;
  const run = { machine, stopAtFailure, first, capabilities };
  const verdicts = steps.map((step) => stepVerdict(lab, step, seen.get(step.id), run));
  const all = [...errors, ...untold(verdicts, seen, steps).map((message) => ({ fault: 'grader' as const, message }))];
  return {
    formatVersion: 1,
    lab: lab.name,
    title: lab.title,
    answer,
    engine: engine.name,
    ...(capabilities ? { capabilities } : {}),
    sandbox,
    seed,
    versions: { workbook: version, node: process.versions.node },
    status: all.length > 0 ? 'error' : worst(verdicts.map(({ status }) => status)),
    points: {
      earned: verdicts.reduce((sum, { earned }) => sum + earned, 0),
      possible: verdicts.reduce((sum, { status, points }) => sum + (status === 'not-gradable' ? 0 : points), 0),
    },
    steps: verdicts,
    errors: all,
  };
}

/** What the grader's file did beside the planned checks. */
const strayIn = (step: Step, seen: StepSeen | undefined): string[] => [
  ...(seen?.errors ?? []),
  ...(seen?.checks ?? [])
    .filter(({ id }) => !step.checks.some((check) => check.id === id))
    .map(({ id }) => `${step.test} has a check ‘${id}’ that lab.json does not list.`),
];

/** Of that, what no check tells already. */
const untold = (verdicts: readonly StepVerdict[], seen: VerdictInput['seen'], steps: readonly Step[]): string[] =>
  steps
    .flatMap((step) => strayIn(step, seen.get(step.id)))
    .filter((stray) => !verdicts.some(({ checks }) => checks.some(({ failure }) => failure?.seen === stray)));

/** What holds for all steps of a run. */
interface RunFacts {
  readonly machine: string | undefined;
  readonly stopAtFailure: boolean;
  readonly first: First | undefined;
  readonly capabilities: Capabilities | undefined;
}

function stepVerdict(
  lab: Lab,
  step: Step,
  seen: StepSeen | undefined,
  { machine, stopAtFailure, first, capabilities }: RunFacts,
): StepVerdict {
  const stray = strayIn(step, seen);
  const all: CheckVerdict[] = step.checks.map((plan) => {
    const { id, title } = plan;
    const found = (seen?.checks ?? []).filter((one) => one.id === id);
    const [only] = found;
    const lack = capabilities && lackOf(step, plan, capabilities);
    if (lack && found.length === 0) return { id, title, status: 'not-gradable', did: [], output: [], lack };
    if (found.length !== 1 || !only) {
      const why = found.length === 0 ? (stray[0] ?? `${step.test} did not run it.`) : `It ran ${found.length} times.`;
      const failure =
        machine === undefined ? graderFailure(why) : { ...graderFailure(machine), fault: 'machine' as const };
      return { id, title, status: 'error', did: [], output: [], failure };
    }
    const { did = [], output = [], failure } = only.report ?? {};
    if (only.passed) return { id, title, status: 'passed', did, output };
    const told = failure ?? graderFailure(only.error ?? 'It failed without saying why.');
    return { id, title, status: told.fault === 'code' ? 'failed' : 'error', did, output, failure: told };
  });
  const begins = first?.step === step.id ? first.check : undefined;
  const checks = stopAtFailure ? upToFailure(all, begins) : all;
  const statuses = checks.map((check) => check.status);
  const judged = stray.length > 0 ? 'error' : worst(statuses);
  // What could not be judged in full is not earned, and not lost either.
  const status = judged === 'passed' && statuses.includes('not-gradable') ? 'not-gradable' : judged;
  const earned = status === 'passed' ? step.points : 0;
  return { id: step.id, number: stepName(lab, step), title: step.title, status, points: step.points, earned, checks };
}

/**
 * As if nothing had run after the first check that did not pass. Some did, side by side with it: how many depends on the
 * machine, and a verdict must not. What the engine cannot judge stays so. `first`: id of the check that went before all others.
 */
export function upToFailure(checks: readonly CheckVerdict[], first?: string): CheckVerdict[] {
  const stops = ({ status }: CheckVerdict): boolean => status !== 'passed' && status !== 'not-gradable';
  const alone = checks.find((check) => check.id === first && stops(check));
  const last = checks.findIndex(stops);
  const ran = (check: CheckVerdict, index: number): boolean => (alone ? check === alone : last < 0 || index <= last);
  return checks.map((check, index) =>
    ran(check, index) || check.status === 'not-gradable'
      ? check
      : { id: check.id, title: check.title, status: 'not-run', did: [], output: [] },
  );
}

const graderFailure = (seen: string): NonNullable<CheckReport['failure']> => ({
  fault: 'grader',
  expected: 'each check runs, and runs once',
  seen,
});

const worst = (all: readonly CheckStatus[]): Status =>
  (['error', 'failed', 'passed'] as const).find((status) => all.includes(status)) ?? 'not-gradable';

/** 0 passed, as far as it could be judged; 1 not yet; 2 the machine or the grader is at fault. */
export const exitCode = ({ status }: Verdict): number =>
  ({ passed: 0, 'not-gradable': 0, failed: 1, error: 2 })[status];
