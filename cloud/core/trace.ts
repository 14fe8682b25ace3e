/** The record of every API call and internal hop, each with its cause. Entries are added and amended, never removed. */
import type { Clock, Trace, TraceEntry, TraceId } from '../contract.ts';

export function createTrace(clock: Pick<Clock, 'now'>): Trace & { reset(accountId?: string): void } {
  let entries: TraceEntry[] = [];
  let last: TraceId = 0;
  const byId = new Map<TraceId, TraceEntry>();
  return {
    add(entry) {
      const made: TraceEntry = { ...entry, id: ++last, time: clock.now() };
      entries.push(made);
      byId.set(made.id, made);
      return made.id;
    },
    amend(id, more) {
      const entry = byId.get(id);
      if (!entry) return;
      const detail = more.detail || entry.detail ? { detail: { ...entry.detail, ...more.detail } } : {};
      Object.assign(entry, more, detail);
    },
    entries: (accountId) =>
      accountId === undefined ? entries : entries.filter((entry) => entry.accountId === accountId),
    reset(accountId) {
      entries = accountId === undefined ? [] : entries.filter((entry) => entry.accountId !== accountId);
      byId.clear();
      for (const entry of entries) byId.set(entry.id, entry);
    },
  };
}
