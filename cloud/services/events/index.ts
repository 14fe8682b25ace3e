/** EventBridge: buses, rules by pattern and by schedule, and their targets. */
import type { Core, Service } from '../../contract.ts';
import { Dispatcher } from '../../core/dispatch.ts';
import { late } from '../../core/late.ts';
import { busTarget } from './bus-target.ts';
import { busesOf, type EventBuses } from './buses.ts';
import { Router } from './router.ts';
import { EventStore } from './store.ts';

export type Events = Service & { readonly buses: EventBuses };

/** Buses are there from the start: functions have them as destinations. */
export function createEvents(core: Core): Events {
  const store = new EventStore(core.region, () => core.clock.now());
  const dispatcher = new Dispatcher(core);
  const router = new Router(core, dispatcher);
  core.targets.register('events', busTarget(core, store, router));
  return {
    ...late(
      'events',
      () => import('@aws-sdk/client-eventbridge'),
      async () => (await import('./service.ts')).openEvents(store, router),
    ),
    buses: busesOf(core, store, router),
    reset(accountId) {
      store.reset(accountId);
      dispatcher.reset(accountId);
    },
  };
}
