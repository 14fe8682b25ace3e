/** Faults hit a call between its parsing and its handler, so that the trace shows cause and effect. */
import { AwsError, type Caller, type Clock, type Core, type Fault, type TraceId } from '../contract.ts';

/** `broken`: the connection is to be cut instead of an answer. */
export type Outcome<T> = { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'broken' };

/** What the trace has for the error code of a call that was cut off before it was carried out: its caller has seen none. */
const NOT_APPLIED = 'NotApplied';

/**
 * Runs `act`, made slow, refused, cut off or left without its answer as the matching faults say. `caller`: the program that
 * calls, where it is one of a sandbox; who is not can only be cut off.
 */
export async function passFaults<T>(
  core: Pick<Core, 'clock' | 'faults' | 'trace'>,
  call: Parameters<Core['faults']['match']>[0],
  traceId: TraceId,
  signal: AbortSignal,
  act: () => Promise<T>,
  caller?: Caller,
): Promise<Outcome<T>> {
  const faults = core.faults.match(call);
  for (const fault of faults) core.trace.amend(traceId, { fault: fault.id });
  for (const { effect } of faults) {
    if (effect.kind === 'latency') await latency(core.clock, effect.ms, signal);
  }
  const kills = (when: 'before' | 'after') =>
    faults.some(({ effect }) => effect.kind === 'kill' && effect.when === when);
  const has = (kind: Fault['effect']['kind']) => faults.some(({ effect }) => effect.kind === kind);
  if (kills('before') || has('reset')) core.trace.amend(traceId, { error: NOT_APPLIED });
  if (kills('before')) return await killed(core.clock, caller);
  if (has('reset')) return { kind: 'broken' };
  for (const { effect } of faults) {
    if (effect.kind !== 'error') continue;
    core.trace.amend(traceId, { error: effect.code });
    throw new AwsError(effect.code, effect.message ?? 'This call was made to fail.', effect.status);
  }
  const value = await act();
  if (kills('after')) return await killed(core.clock, caller);
  return has('lost-reply') ? { kind: 'broken' } : { kind: 'answer', value };
}

/** It is dead before its connection breaks: it never sees that. */
async function killed(clock: Clock, caller: Caller | undefined): Promise<{ readonly kind: 'broken' }> {
  const done = clock.busy('the killing of a program');
  try {
    await caller?.kill();
  } finally {
    done();
  }
  return { kind: 'broken' };
}

/** `Clock.spend` that ends when the client goes away: nobody waits for that answer any more. */
async function latency(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const stop = clock.drive();
  await new Promise<void>((resolve) => {
    const timer = clock.at(clock.now() + ms, resolve);
    signal.addEventListener('abort', () => {
      timer.cancel();
      resolve();
    });
  });
  stop();
}
