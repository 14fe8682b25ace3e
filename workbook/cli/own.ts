/** What has to end with this process, and how it ends: by itself, or by a signal at any moment. */
import { constants } from 'node:os';

type Close = () => Promise<unknown> | unknown;

const closers = new Set<Close>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** When the end began, in milliseconds; a signal comes twice when npm passes on what the terminal has sent to all. */
let ending: number | undefined;
const SAME_SIGNAL = 500;
/** Milliseconds that tidying up may take after a signal. */
const PATIENCE = 4000;

/** Closes this before the process ends. Returns what takes it off the list. */
export function own(close: Close): () => void {
  closers.add(close);
  return () => closers.delete(close);
}

/** Never comes back once the end has begun: a run whose programs we have ended ourselves has nothing to say. */
export const unlessEnding = (): Promise<void> =>
  ending === undefined ? Promise.resolve() : new Promise(() => undefined);

/** Closes what is owned, whatever state it is in, and exits. */
export async function end(code: number): Promise<never> {
  ending ??= Date.now();
  await Promise.allSettled([...closers].map(async (close) => close()));
  process.exit(code);
}

/**
 * From here on a signal ends everything, and one more Ctrl-C later on at once. Other signals do not hasten the end: npm is gone
 * before us after Ctrl-C, and `parent.mjs` then sends one.
 */
export function endOnSignals(): void {
  let told = false;
  for (const signal of SIGNALS) {
    const code = 128 + constants.signals[signal];
    process.on(signal, () => {
      if (signal === 'SIGINT' && ending !== undefined && Date.now() - ending > SAME_SIGNAL) process.exit(code);
      if (!told) setTimeout(() => process.exit(code), PATIENCE).unref();
      told = true;
      if (ending === undefined) void end(code);
    });
  }
}
