/** Watches over one invocation: its time limit on the cloud's clock, and runaways on the CPU, which a held clock cannot see. */
import type { Clock, Millis, Timer } from '../../contract.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_LIMIT = 10_000;
/** Real milliseconds between two looks at the CPU. */
const LOOK_EVERY = 200;

export interface Guarded {
  readonly clock: Clock;
  /** Off for who debugs. */
  readonly limits: boolean;
  /** CPU seconds that an invocation may take where the clock is held. */
  readonly cpuSeconds: number;
  /** The function's time limit. */
  readonly timeout: Millis;
  /** CPU seconds of the environment so far. */
  cpu(): number;
  strike(how: 'timedOut' | 'runaway'): void;
}

export interface Guard {
  /** Sets the time limit; before that it is what a cold start may take beside the function. */
  until(deadline: Millis): void;
  onStrike(listener: () => void): void;
  end(): void;
}

export function openGuard({ clock, limits, cpuSeconds, timeout, cpu, strike }: Guarded): Guard {
  let timer: Timer | undefined;
  let ended = false;
  const listeners: (() => void)[] = [];
  const struck = (how: 'timedOut' | 'runaway'): void => {
    for (const listener of listeners) listener();
    strike(how);
  };
  const until = (deadline: Millis): void => {
    timer?.cancel();
    if (limits && !ended) timer = clock.at(deadline, () => struck('timedOut'));
  };
  until(clock.now() + INIT_LIMIT + timeout);
  const before = cpu();
  const watch =
    limits && clock.held
      ? setInterval(() => {
          if (cpu() - before > cpuSeconds) struck('runaway');
        }, LOOK_EVERY)
      : undefined;
  return {
    until,
    onStrike: (listener) => listeners.push(listener),
    end() {
      ended = true;
      timer?.cancel();
      clearInterval(watch);
    },
  };
}
