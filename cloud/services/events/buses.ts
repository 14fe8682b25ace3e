/** Event buses as other services of this cloud see them. */
import type { Core, Principal, TraceId } from '../../contract.ts';
import { keysOfEvent } from './condition-keys.ts';
import { newEvent } from './event.ts';
import { parseDetail } from './operations/put-events.ts';
import type { Router } from './router.ts';
import type { Bus, EventStore } from './store.ts';

export interface BusEntry {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  /** JSON. */
  readonly detail: string;
}

export interface EventBuses {
  has(arn: string): boolean;
  /** Publishes an event in the name of a role session, as PutEvents would. Throws `AccessDeniedException`, `ResourceNotFoundException`. */
  put(arn: string, entry: BusEntry, as: Principal, cause: TraceId): void;
}

export function busesOf(core: Core, store: EventStore, router: Router): EventBuses {
  const find = (arn: string): Bus | undefined => {
    const [, accountId, name] = /^arn:aws:events:[\w-]+:(\d{12}):event-bus\/(.+)$/.exec(arn) ?? [];
    return accountId && name ? store.find(accountId, name) : undefined;
  };
  return {
    has: (arn) => find(arn) !== undefined,
    put(arn, { source, detailType, resources, detail }, as, cause) {
      const bus = find(arn);
      core.identity.authorize({
        principal: as,
        action: 'events:PutEvents',
        resource: arn,
        resourceAccount: arn.split(':')[4] || as.accountId,
        context: keysOfEvent(source, detailType),
        ...(bus?.policy ? { resourcePolicy: bus.policy } : {}),
      });
      const account = as.accountId;
      const event = newEvent(
        { 'detail-type': detailType, source, account, region: core.region, resources, detail: parseDetail(detail) },
        core.clock.now(),
      );
      router.publish(bus ?? store.bus(account, arn), event, cause);
    },
  };
}
