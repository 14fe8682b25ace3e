/**
 * Services that are loaded by the first call that is for them: a cloud that answers S3 and SQS starts as if there were no other.
 * What the rest of the cloud has of them from the start (a table's streams, a bus, what is measured) is made with the cloud.
 */
import type { Handlers, Operation, Service } from '../contract.ts';

export interface Opened {
  readonly handlers: Handlers;
  reset?(accountId?: string): void | Promise<void>;
}

/** `sdk` imports the service's client, `open` what serves its calls; both are called once. */
export function late(name: string, sdk: () => Promise<Record<string, unknown>>, open: () => Promise<Opened>): Service {
  const handlers: Record<string, Operation<never, unknown>> = {};
  let opened: Opened | undefined;
  let loading: Promise<Record<string, unknown>> | undefined;
  const load = async (): Promise<Record<string, unknown>> => {
    const [client, service] = await Promise.all([sdk(), open()]);
    opened = service;
    Object.assign(handlers, service.handlers);
    return client;
  };
  return {
    name,
    handlers,
    load: () => {
      loading ??= load();
      return loading;
    },
    reset: (accountId) => opened?.reset?.(accountId),
  };
}
