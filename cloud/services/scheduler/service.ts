/** What serves the Scheduler's calls. */
import type { Core, Handlers } from '../../contract.ts';
import { Dispatcher } from '../../core/dispatch.ts';
import type { Opened } from '../../core/late.ts';
import { Tokens } from './idempotency.ts';
import { groups } from './operations/groups.ts';
import { schedules } from './operations/schedules.ts';
import { Runner } from './runner.ts';
import { ScheduleStore } from './store.ts';

export function openScheduler(core: Core): Opened {
  const store = new ScheduleStore(core.region, () => core.clock.now());
  const dispatcher = new Dispatcher(core);
  const runner = new Runner(core, store, dispatcher);
  const tokens = new Tokens();
  return {
    handlers: { ...schedules(store, runner, tokens), ...groups(store, tokens) } as Handlers,
    reset(accountId) {
      store.reset(accountId);
      dispatcher.reset(accountId);
      tokens.reset(accountId);
    },
  };
}
