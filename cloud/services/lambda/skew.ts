/** How wrong the clock of an execution environment is to be, as faults say when it starts. */
import type { TraceId } from '../../contract.ts';
import { metBy } from '../../core/faults.ts';
import type { Owner, Surroundings } from './host.ts';

/** Milliseconds ahead of the cloud's clock. */
export function skewOf(
  core: Pick<Surroundings, 'faults' | 'trace'>,
  { accountId, name }: Owner,
  started: TraceId,
): number {
  const met = metBy(started, core, { accountId, service: 'lambda', operation: 'StartEnvironment', resource: name });
  return met.reduce((sum, { effect }) => sum + (effect.kind === 'skew' ? effect.ms : 0), 0);
}
