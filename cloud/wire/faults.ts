/** Faults hit a call between its parsing and its handler, so that the trace shows cause and effect. */
import { AwsError, type Caller, type Clock, type Core, type Fault, type TraceId } from '../contract.ts';
import { metBy } from '../core/faults.ts';
import type { WireResponse } from './respond.ts';

/** `broken`: the connection is to be cut instead of an answer. `drip`: the answer's body is to come in pieces. */
export type Outcome<T> =
  | { readonly kind: 'answer'; readonly value: T; readonly drip?: Drip }
  | { readonly kind: 'broken' };

export type Drip = Extract<Fault['effect'], { readonly kind: 'drip' }>;
type Said = Extract<Fault['effect'], { readonly kind: 'answer' }>;

/** What the trace has for the error code of a call that was never carried out, whatever its caller has seen. */
const NOT_APPLIED = 'NotApplied';

/**
 * Runs `act`, made slow, refused, cut off or left without its answer as the matching faults say. `caller`: the program that
 * calls, where it is one of a sandbox; who is not can only be cut off. `instead`: an answer made of what a fault says.
 */
export async function passFaults<T>(
  core: Pick<Core, 'clock' | 'faults' | 'trace'>,
  call: Parameters<Core['faults']['match']>[0],
  traceId: TraceId,
  signal: AbortSignal,
  act: () => Promise<T>,
  instead: (said: Said) => T,
  caller?: Caller,
): Promise<Outcome<T>> {
  const faults = metBy(traceId, core, call);
  for (const { effect } of faults) {
    if (effect.kind === 'latency') await pass(core.clock, effect.ms, signal);
  }
  const kills = (when: 'before' | 'after') =>
    faults.some(({ effect }) => effect.kind === 'kill' && effect.when === when);
  const has = (kind: Fault['effect']['kind']) => faults.some(({ effect }) => effect.kind === kind);
  if (kills('before') || has('hang') || has('reset')) core.trace.amend(traceId, { error: NOT_APPLIED });
  if (kills('before')) return await killed(core.clock, caller);
  if (has('hang')) {
    await goneOf(signal);
    return { kind: 'broken' };
  }
  if (has('reset')) return { kind: 'broken' };
  for (const { effect } of faults) {
    if (effect.kind !== 'error') continue;
    core.trace.amend(traceId, { error: effect.code });
    throw new AwsError(effect.code, effect.message ?? 'This call was made to fail.', effect.status);
  }
  const drip = faults.map(({ effect }) => effect).find((effect) => effect.kind === 'drip');
  const dripping = drip ? { drip } : {};
  const said = faults.map(({ effect }) => effect).find((effect) => effect.kind === 'answer');
  if (said) {
    core.trace.amend(traceId, { error: NOT_APPLIED });
    return { kind: 'answer', value: instead(said), ...dripping };
  }
  const value = await act();
  if (kills('after')) return await killed(core.clock, caller);
  return has('lost-reply') ? { kind: 'broken' } : { kind: 'answer', value, ...dripping };
}

/** What a fault says, in the place of an answer. */
export const answerOf = ({ status, headers = {}, body }: Said): WireResponse => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: Buffer.from(body),
});

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

const goneOf = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/**
 * `Clock.spend` that ends when the client goes away: nobody waits for that answer any more. A time limit of the client's own that
 * falls on the same moment comes first.
 */
export async function pass(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const stop = clock.drive();
  await new Promise<void>((resolve) => {
    const timer = clock.arrive(clock.now() + ms, resolve);
    signal.addEventListener('abort', () => {
      timer.cancel();
      resolve();
    });
  });
  stop();
}
