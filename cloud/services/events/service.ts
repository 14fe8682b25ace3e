/** What serves EventBridge's calls. */
import type { Handlers } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import { buses } from './operations/buses.ts';
import { permissions } from './operations/permissions.ts';
import { putEvents, testEventPattern } from './operations/put-events.ts';
import { rules } from './operations/rules.ts';
import { tags } from './operations/tags.ts';
import { targets } from './operations/targets.ts';
import type { Router } from './router.ts';
import type { EventStore } from './store.ts';

export const openEvents = (store: EventStore, router: Router): Opened => ({
  handlers: {
    ...buses(store),
    ...rules(store, router),
    ...targets(store),
    ...permissions(store),
    ...tags(store),
    PutEvents: putEvents(store, router),
    TestEventPattern: testEventPattern,
  } as Handlers,
});
