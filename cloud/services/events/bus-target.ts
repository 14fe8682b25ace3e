/**
 * A bus as a destination: other services of the cloud publish their own events on it, which need no permission.
 * Mirrors https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html
 */
import { AwsError, type Core, type Target } from '../../contract.ts';
import { type BusEvent, newEvent } from './event.ts';
import type { Router } from './router.ts';
import type { EventStore } from './store.ts';

type Published = Pick<BusEvent, 'source' | 'detail-type' | 'resources' | 'detail'>;

/** The payload of a delivery is an event without what the bus itself knows: id, account, region and time. */
export const busTarget = (core: Core, store: EventStore, router: Router): Target => ({
  verify: (arn, _from, _sourceArn, sourceAccount) => void store.bus(sourceAccount, arn),
  deliver: async (arn, { payload, sourceAccount, cause }) => {
    const bus = store.bus(sourceAccount, arn);
    const event = JSON.parse(payload) as Partial<Published>;
    if (!event.source || !event['detail-type'] || !event.detail) {
      throw new AwsError('InvalidArgument', `${arn} takes events, with a source, a type and a detail.`, 400);
    }
    const { source, resources = [], detail } = event;
    const whole = { source, 'detail-type': event['detail-type'], resources, detail };
    router.publish(bus, newEvent({ ...whole, account: sourceAccount, region: core.region }, core.clock.now()), cause);
  },
});
