/** SNS: standard topics, which send what is published to queues and functions. */
import type { Core, Service } from '../../contract.ts';
import { late, lateTarget, Once } from '../../core/late.ts';
import { clients } from '../../sdk.ts';

export function createSns(core: Core): Service {
  const opened = new Once(async () => (await import('./service.ts')).openSns(core));
  core.targets.register('sns', lateTarget(opened));
  return late('sns', clients.sns, opened);
}
