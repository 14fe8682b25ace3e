/** EventBridge Scheduler: schedules in groups, in any time zone, that call a queue or a function as a role. */
import type { Core, Handlers, Service } from '../../contract.ts';
import { Dispatcher } from '../../core/dispatch.ts';
import { Tokens } from './idempotency.ts';
import { groups } from './operations/groups.ts';
import { schedules } from './operations/schedules.ts';
import { Runner } from './runner.ts';
import { ScheduleStore } from './store.ts';

export function createScheduler(core: Core): Service {
  const store = new ScheduleStore(core.region, () => core.clock.now());
  const dispatcher = new Dispatcher(core);
  const runner = new Runner(core, store, dispatcher);
  const tokens = new Tokens();
  return {
    name: 'scheduler',
    load: () => import('@aws-sdk/client-scheduler'),
    handlers: { ...schedules(store, runner, tokens), ...groups(store, tokens) } as Handlers,
    reset(accountId) {
      store.reset(accountId);
      dispatcher.reset(accountId);
      tokens.reset(accountId);
    },
  };
}
