/**
 * Step 3.9: the backlog
 *
 * drain.ts calls `rearm` at the end of each invocation and waits for it. When the drain had to stop although there was more to do,
 * nobody starts it again: an alarm acts when its state changes, and this one has been in ALARM all along. So start it here.
 *
 *   - `left`: the invocation stopped for want of time, and not because the queue was empty.
 *   - `drained`: how many messages it was done with.
 *
 * What is asked:
 *
 *   - While something is left, the next invocation begins when this one ends: the same function, and the same alias or version.
 *     Nobody waits for it to finish.
 *   - With nothing left, nothing is started. An invocation that got nothing done starts nothing either: the one after it would
 *     fare no better, and so on all night. It is the sweep's turn then (sweep.ts).
 *   - When the next invocation cannot be started, this one fails: Lambda then tries it again.
 *
 * The function's role may invoke functions of this account. Lambda breaks a chain of functions that invoke each other after about
 * sixteen links, unless it is told that the chain is meant; there, too, the sweep takes over.
 */
import type { Drained } from './types.ts';

interface Context {
  /** The ARN that was invoked, with the alias or version if there was one. */
  readonly invokedFunctionArn: string;
}

export async function rearm(context: Context, { drained, left }: Drained): Promise<void> {
  // Your part.
  if (left) console.log(`${context.invokedFunctionArn}: ${drained} done, and there is more`);
}
