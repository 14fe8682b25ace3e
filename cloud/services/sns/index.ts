/** SNS: standard topics, which send what is published to queues and functions. */
import type { Core, Service } from '../../contract.ts';
import { late } from '../../core/late.ts';
import { notBuilt } from './errors.ts';

export function createSns(core: Core): Service {
  let opened: Promise<ReturnType<typeof import('./service.ts').openSns>> | undefined;
  const open = () => {
    opened ??= import('./service.ts').then(({ openSns }) => openSns(core));
    return opened;
  };
  // Alarms and rules may name a topic before anybody has called SNS.
  core.targets.register('sns', {
    deliver: async (...sent) => (await open()).deliver(...sent),
    verify: () => {
      throw notBuilt('notifications of buckets are');
    },
  });
  return late('sns', () => import('@aws-sdk/client-sns'), open);
}
