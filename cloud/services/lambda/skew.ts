/** How wrong the clock of an execution environment is to be, as faults say when it starts. */
import type { TraceId } from '../../contract.ts';
import type { Owner, Surroundings } from './host.ts';

/** Milliseconds ahead of the cloud's clock. */
export function skewOf(
  { faults, trace }: Pick<Surroundings, 'faults' | 'trace'>,
  { accountId, name }: Owner,
  started: TraceId,
): number {
  const met = faults.match({ accountId, service: 'lambda', operation: 'StartEnvironment', resource: name });
  for (const { id } of met) trace.amend(started, { fault: id });
  return met.reduce((sum, { effect }) => sum + (effect.kind === 'skew' ? effect.ms : 0), 0);
}
