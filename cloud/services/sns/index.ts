/** SNS: standard topics, which send what is published to queues and functions. */
import type { Core, Handlers, Service } from '../../contract.ts';
import { Deliveries } from './deliveries.ts';
import { permissionOperations } from './operations/permissions.ts';
import { publishOperations } from './operations/publish.ts';
import { subscriptionOperations } from './operations/subscriptions.ts';
import { tagOperations } from './operations/tags.ts';
import { topicOperations } from './operations/topics.ts';
import { Topics } from './store.ts';

export function createSns(core: Core): Service {
  const topics = new Topics();
  const deliveries = new Deliveries(core, topics);
  return {
    name: 'sns',
    load: () => import('@aws-sdk/client-sns'),
    handlers: {
      ...topicOperations(topics),
      ...permissionOperations(topics),
      ...tagOperations(topics),
      ...subscriptionOperations(topics),
      ...publishOperations(topics, deliveries),
    } as Handlers,
    reset(accountId) {
      deliveries.reset(accountId);
      topics.reset(accountId);
    },
  };
}
