/** Rules that make calls go wrong, and the counting of the calls that they match. */
import { AwsError, type Fault, type Faults, type Millis, type Parties, type Trace, type TraceId } from '../contract.ts';

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

/** The faults that hit a call or a hop, whose entry in the trace then names them. */
export function metBy(
  entry: TraceId,
  { faults, trace }: { readonly faults: Pick<Faults, 'match'>; readonly trace: Pick<Trace, 'amend'> },
  call: Parameters<Faults['match']>[0],
): readonly Fault[] {
  const met = faults.match(call);
  for (const { id } of met) trace.amend(entry, { fault: id });
  return met;
}

export const latencyOf = (met: readonly Fault[]): Millis =>
  met.reduce((sum, { effect }) => sum + (effect.kind === 'latency' ? effect.ms : 0), 0);

/** Throws the `AwsError` that the first of them makes a call fail with, if one does. */
export function assertPasses(met: readonly Fault[], whenReset: () => AwsError): void {
  for (const { effect } of met) {
    if (effect.kind === 'error') {
      throw new AwsError(effect.code, effect.message ?? 'This call was made to fail.', effect.status);
    }
    if (effect.kind === 'reset') throw whenReset();
  }
}

function matches(fault: Fault, call: Parameters<Faults['match']>[0]): boolean {
  return (
    (fault.accountId === undefined || fault.accountId === call.accountId) &&
    (fault.service === '*' || fault.service === call.service) &&
    (fault.operation === undefined || fault.operation === call.operation) &&
    (fault.resource === undefined || matchesText(fault.resource, call.resource)) &&
    (fault.principal === undefined || matchesText(fault.principal, call.principal)) &&
    (fault.between === undefined || isBetween(fault.between, call.parties))
  );
}

function isBetween({ from, to, bothWays }: NonNullable<Fault['between']>, parties: Parties | undefined): boolean {
  if (!parties) return false;
  const goes = (caller: string, called: string) =>
    parties.caller.some((name) => matchesText(caller, name)) &&
    parties.called.some((name) => matchesText(called, name));
  return goes(from, to) || (bothWays === true && goes(to, from));
}

/** Functions are called by their names, or by URLs of theirs; both are the same party. */
export function partiesOf(
  { service, accountId, resource }: { service: string; accountId: string; resource?: string },
  region: string,
  caller: readonly (string | undefined)[],
): Parties {
  const own = service === 'lambda' && resource !== undefined && !resource.includes(':');
  return {
    caller: caller.filter((name) => name !== undefined),
    called: [
      service,
      ...(resource === undefined ? [] : [resource]),
      ...(own ? [`arn:aws:lambda:${region}:${accountId}:function:${resource}`] : []),
    ],
  };
}

function matchesText(pattern: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
