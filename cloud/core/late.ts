/**
 * Services that are loaded by the first call that is for them, or by the first of the others that needs them: a cloud that answers
 * S3 and SQS starts as if there were no other.
 */
import type { Handlers, Operation, Service, Target } from '../contract.ts';

/** Made by who asks for it first, and the same for all who ask later. What could not be made is tried again. */
export class Once<T> {
  /** Nothing until somebody has asked. */
  making: Promise<T> | undefined;
  /** Nothing until it is made. */
  made: T | undefined;

  constructor(private readonly make: () => Promise<T>) {}

  get(): Promise<T> {
    this.making ??= this.make().then(
      (made) => {
        this.made = made;
        return made;
      },
      (error) => {
        this.making = undefined;
        throw error;
      },
    );
    return this.making;
  }
}

export interface Opened {
  readonly handlers: Handlers;
  reset?(accountId?: string): void | Promise<void>;
}

/** `client` loads the service's client, `open` what serves its calls. */
export function late(name: string, client: () => Record<string, unknown>, open: Once<Opened>): Service {
  const handlers: Record<string, Operation<never, unknown>> = {};
  const loaded = new Once(async () => {
    const opened = await open.get();
    Object.assign(handlers, opened.handlers);
    return client();
  });
  return { name, handlers, load: () => loaded.get(), reset: (accountId) => open.made?.reset?.(accountId) };
}

/** A service as a destination of others: buckets, alarms and rules may name it before anybody has called it. */
export const lateTarget = (open: Once<{ readonly target: Target }>): Target => ({
  verify: async (...named) => (await open.get()).target.verify(...named),
  deliver: async (...sent) => (await open.get()).target.deliver(...sent),
});
