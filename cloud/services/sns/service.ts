/** What serves SNS's calls. */
import type { Core, Handlers, Target } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import { Deliveries } from './deliveries.ts';
import { permissionOperations } from './operations/permissions.ts';
import { publishOperations } from './operations/publish.ts';
import { subscriptionOperations } from './operations/subscriptions.ts';
import { tagOperations } from './operations/tags.ts';
import { topicOperations } from './operations/topics.ts';
import { Topics } from './store.ts';
import { topicTarget } from './target.ts';

export function openSns(core: Core): Opened & { readonly target: Target } {
  const topics = new Topics();
  const deliveries = new Deliveries(core, topics);
  return {
    handlers: {
      ...topicOperations(topics),
      ...permissionOperations(topics),
      ...tagOperations(topics),
      ...subscriptionOperations(topics),
      ...publishOperations(topics, deliveries),
    } as Handlers,
    target: topicTarget(core, topics, deliveries),
    reset(accountId) {
      deliveries.reset(accountId);
      topics.reset(accountId);
    },
  };
}
