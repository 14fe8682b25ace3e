/** EventBridge: buses, rules by pattern and by schedule, and their targets. */
import type { Core, Service } from '../../contract.ts';
import { late, lateTarget, Once } from '../../core/late.ts';
import { clients } from '../../sdk.ts';
import type { EventBuses } from './buses.ts';

/** `buses` is for Lambda, whose functions have them as destinations. */
export type Events = Service & { buses(): Promise<EventBuses> };

export function createEvents(core: Core): Events {
  const opened = new Once(async () => (await import('./service.ts')).openEvents(core));
  core.targets.register('events', lateTarget(opened));
  return {
    ...late('events', clients.events, opened),
    buses: async () => (await opened.get()).buses,
  };
}
