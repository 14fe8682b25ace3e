/** CloudWatch Logs, as far as functions and their readers need it. */
import type { Core, LogSink, Service } from '../../contract.ts';
import { late, Once } from '../../core/late.ts';
import { clients } from '../../sdk.ts';
import { LogStore } from './store.ts';

/** What functions and instances write is kept whether or not anybody has read any yet. */
export function createLogs(core: Pick<Core, 'clock'>): Service & LogSink {
  const store = new LogStore(() => core.clock.now());
  return {
    ...late('logs', clients.logs, new Once(async () => (await import('./service.ts')).openLogs(store))),
    reset: (accountId) => store.reset(accountId),
    write(accountId, group, stream, lines) {
      const now = core.clock.now();
      store.append(store.ensure(accountId, group, stream, now), lines, now);
    },
  };
}
