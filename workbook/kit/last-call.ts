/** Of a script that has waited too long: what it did last. */
import type { TraceEntry } from '../../cloud/contract.ts';

/** A sentence about the latest script in the trace: its last call, and how long after its start. */
export function lastCall(trace: readonly TraceEntry[]): string {
  const start = trace.findLast(({ kind, operation }) => kind === 'hop' && operation === 'RunScript');
  const last = trace.findLast(({ kind, cause }) => kind === 'call' && cause !== undefined && cause === start?.id);
  if (!start || !last) return 'It had made no call.';
  const { service, operation, resource, error, time } = last;
  const what = [service, operation, ...(resource === undefined ? [] : [`of ${resource}`])].join(' ');
  return `Its last call was ${what}, ${(time - start.time) / 1000} s after it began${error === undefined ? '' : `: ${error}`}.`;
}
