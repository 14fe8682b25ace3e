/** What serves EventBridge's calls. */
import type { Core, Handlers, Target } from '../../contract.ts';
import { Dispatcher } from '../../core/dispatch.ts';
import type { Opened } from '../../core/late.ts';
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

export function openEvents(core: Core): Opened & { readonly target: Target; readonly buses: EventBuses } {
  const store = new EventStore(core.region, () => core.clock.now());
  const dispatcher = new Dispatcher(core);
  const router = new Router(core, dispatcher);
  return {
    handlers: {
      ...buses(store),
      ...rules(store, router),
      ...targets(store),
      ...permissions(store),
      ...tags(store),
      PutEvents: putEvents(store, router),
      TestEventPattern: testEventPattern,
    } as Handlers,
    target: busTarget(core, store, router),
    buses: busesOf(core, store, router),
    reset(accountId) {
      store.reset(accountId);
      dispatcher.reset(accountId);
    },
  };
}
