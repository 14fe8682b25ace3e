/** SNS: standard topics, which send what is published to queues and functions. */
import type { Core, Service } from '../../contract.ts';
import { late } from '../../core/late.ts';

export const createSns = (core: Core): Service =>
  late(
    'sns',
    () => import('@aws-sdk/client-sns'),
    async () => (await import('./service.ts')).openSns(core),
  );
