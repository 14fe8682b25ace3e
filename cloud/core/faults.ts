/** Rules that make calls go wrong, and the counting of the calls that they match. */
import type { Fault, Faults } from '../contract.ts';

export function createFaults(): Faults {
  const faults = new Map<string, { readonly fault: Fault; seen: number }>();
  return {
    add(fault) {
      faults.set(fault.id, { fault, seen: 0 });
    },
    remove(id) {
      faults.delete(id);
    },
    clear(accountId) {
      for (const [id, { fault }] of faults) {
        if (accountId === undefined || fault.accountId === accountId) faults.delete(id);
      }
    },
    match(call) {
      const hit: Fault[] = [];
      for (const entry of faults.values()) {
        if (!matches(entry.fault, call)) continue;
        entry.seen++;
        if (entry.fault.nth === undefined || entry.fault.nth === entry.seen) hit.push(entry.fault);
      }
      return hit;
    },
  };
}

function matches(fault: Fault, call: Parameters<Faults['match']>[0]): boolean {
  return (
    (fault.accountId === undefined || fault.accountId === call.accountId) &&
    (fault.service === '*' || fault.service === call.service) &&
    (fault.operation === undefined || fault.operation === call.operation) &&
    (fault.resource === undefined || matchesText(fault.resource, call.resource)) &&
    (fault.principal === undefined || matchesText(fault.principal, call.principal))
  );
}

function matchesText(pattern: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
