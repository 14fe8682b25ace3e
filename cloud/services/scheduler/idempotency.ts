/**
 * Client tokens: a request that comes again under its token is answered again, and done once.
 * Mirrors the ClientToken of https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
import type { Call, Millis } from '../../contract.ts';
import { conflict } from './errors.ts';

interface Answered {
  readonly accountId: string;
  readonly request: string;
  readonly answer: unknown;
  readonly at: Millis;
}

/** AWS does not say how long it remembers tokens. */
const REMEMBERED = 24 * 3_600_000;

export class Tokens {
  private readonly answered = new Map<string, Answered>();

  /** Throws `ConflictException` when the token has come with another request. */
  once<O>(input: { readonly ClientToken?: string | undefined }, call: Call, act: () => O): O {
    const { ClientToken: token, ...rest } = input;
    if (token === undefined) return act();
    const now = call.core.clock.now();
    for (const [key, { at }] of this.answered) {
      if (at + REMEMBERED > now) break;
      this.answered.delete(key);
    }
    const key = `${call.accountId} ${token}`;
    const request = `${call.operation} ${JSON.stringify(rest)}`;
    const before = this.answered.get(key);
    if (before && before.request !== request) {
      throw conflict('The client token has been used with a request that has other parameters.');
    }
    if (before) return before.answer as O;
    const answer = act();
    this.answered.set(key, { accountId: call.accountId, request, answer, at: now });
    return answer;
  }

  reset(accountId?: string): void {
    for (const [key, entry] of this.answered) {
      if (accountId === undefined || entry.accountId === accountId) this.answered.delete(key);
    }
  }
}
