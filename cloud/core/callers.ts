/** Programs in sandboxes, by the trace entry that their sessions name. */
import type { Caller, Callers, TraceId } from '../contract.ts';

export function createCallers(): Callers {
  const callers = new Map<TraceId, Caller>();
  return {
    add(cause, caller) {
      callers.set(cause, caller);
      return () => callers.delete(cause);
    },
    find: (cause) => callers.get(cause),
  };
}
