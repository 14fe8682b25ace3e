/** EventBridge: buses, rules by pattern and by schedule, and their targets. */
import type { Core, Handlers, Service } from '../../contract.ts';
import { Dispatcher } from '../../core/dispatch.ts';
import { busTarget } from './bus-target.ts';
import { busesOf, type EventBuses } from './buses.ts';
import { buses } from './operations/buses.ts';
import { permissions } from './operations/permissions.ts';
import { putEvents, testEventPattern } from './operations/put-events.ts';
import { rules } from './operations/rules.ts';
import { tags } from './operations/tags.ts';
import { targets } from './operations/targets.ts';
import { Router } from './router.ts';
import { EventStore } from './store.ts';

/** `buses` is for Lambda's destinations, which publish from inside the cloud. */
export type Events = Service & { readonly buses: EventBuses };

export function createEvents(core: Core): Events {
  const store = new EventStore(core.region, () => core.clock.now());
  const dispatcher = new Dispatcher(core);
  const router = new Router(core, dispatcher);
  core.targets.register('events', busTarget(core, store, router));
  return {
    name: 'events',
    buses: busesOf(core, store, router),
    load: () => import('@aws-sdk/client-eventbridge'),
    handlers: {
      ...buses(store),
      ...rules(store, router),
      ...targets(store),
      ...permissions(store),
      ...tags(store),
      PutEvents: putEvents(store, router),
      TestEventPattern: testEventPattern,
    } as Handlers,
    reset(accountId) {
      store.reset(accountId);
      dispatcher.reset(accountId);
    },
  };
}
