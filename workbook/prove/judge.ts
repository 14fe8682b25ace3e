/** Holds a verdict against what it has to be. */
import type { Step } from '../labs/schema.ts';
import type { CheckVerdict, Verdict } from '../run/verdict.ts';
import type { Expectation } from './answers.ts';

export type Judgement =
  | { readonly status: 'passed'; readonly says: string }
  | { readonly status: 'failed' | 'skipped'; readonly says: string };

/** `steps`: what was graded, as the lab has it. */
export function judge(verdict: Verdict, expected: Expectation, steps: readonly Step[]): Judgement {
  const machine = verdict.errors.find(({ fault }) => fault === 'machine');
  if (machine) return { status: 'skipped', says: machine.message };
  const checks = verdict.steps.flatMap((step) => step.checks);
  const error = verdict.errors[0]?.message ?? checks.find(({ status }) => status === 'error')?.failure?.seen;
  if (error !== undefined) return { status: 'failed', says: `no verdict: ${error}` };
  if (verdict.status === 'error') return { status: 'failed', says: 'no verdict' };
  const lost = lostHint(verdict, steps);
  if (lost) return { status: 'failed', says: lost };
  const failed = checks.filter(({ status }) => status === 'failed');
  if (expected.kind === 'passes') {
    const judged = checks.filter(({ lack }) => !lack).length;
    return failed.length === 0
      ? {
          status: 'passed',
          says: `passes ${judged === checks.length ? 'all' : 'what can be graded here,'} ${judged} checks`,
        }
      : { status: 'failed', says: `should pass, but: ${failed.map(told).join('; ')}` };
  }
  const broken = failed.find(({ failure }) => failure?.build);
  if (broken) return { status: 'failed', says: `does not come as far as being judged: ${told(broken)}` };
  if (expected.kind === 'fails-everywhere') {
    const passing = verdict.steps.filter(({ status }) => status === 'passed').map(({ id }) => id);
    return passing.length === 0
      ? { status: 'passed', says: `fails every step by its checks` }
      : { status: 'failed', says: `should fail every step, but passes ${passing.join(', ')}` };
  }
  const ids = failed.map(({ id }) => id);
  const missing = expected.by.filter((id) => !ids.includes(id));
  const extra = failed.filter(({ id }) => !expected.by.includes(id));
  if (missing.length + extra.length === 0) return { status: 'passed', says: `rejected by ${ids.join(', ')}` };
  const lacking = checks.filter(({ id, lack }) => lack && missing.includes(id));
  if (extra.length === 0 && lacking.length === missing.length) {
    return { status: 'skipped', says: `${missing.join(', ')}: not gradable here, ${lacking[0]!.lack!.shown}` };
  }
  return {
    status: 'failed',
    says: [
      ...(missing.length > 0 ? [`not rejected by ${missing.join(', ')}`] : []),
      ...(extra.length > 0 ? [`rejected by more than it lists: ${extra.map(told).join('; ')}`] : []),
    ].join('; '),
  };
}

/** A failure that leads its learner to a hint which is not there. */
function lostHint(verdict: Verdict, steps: readonly Step[]): string | undefined {
  for (const { id: stepId, checks } of verdict.steps) {
    const { hints } = steps.find(({ id }) => id === stepId)!;
    const lost = checks.find(({ failure }) => failure?.hint !== undefined && !hints[failure.hint - 1]);
    if (lost) return `check ${lost.id} leads to hint ${lost.failure!.hint}, and step ${stepId} has ${hints.length}`;
  }
  return undefined;
}

const told = ({ id, failure }: CheckVerdict): string =>
  `${id} (${failure?.what ? `${failure.what}: ` : ''}expected ${failure?.expected}, seen ${failure?.seen.slice(0, 300)})`;
