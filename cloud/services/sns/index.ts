/** SNS: standard topics, which send what is published to queues and functions. */
import type { Core, Service } from '../../contract.ts';
import { late } from '../../core/late.ts';

export function createSns(core: Core): Service {
  let opened: Promise<ReturnType<typeof import('./service.ts').openSns>> | undefined;
  const open = () => {
    opened ??= import('./service.ts').then(({ openSns }) => openSns(core));
    return opened;
  };
  // Alarms, rules and buckets may name a topic before anybody has called SNS.
  core.targets.register('sns', {
    deliver: async (...sent) => (await open()).target.deliver(...sent),
    verify: async (...named) => (await open()).target.verify(...named),
  });
  return late('sns', () => import('@aws-sdk/client-sns'), open);
}
