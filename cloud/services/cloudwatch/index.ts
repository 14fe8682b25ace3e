/** CloudWatch: metrics, and alarms on them. */
import type { Core, Service } from '../../contract.ts';
import { late, Once } from '../../core/late.ts';
import { clients } from '../../sdk.ts';
import type { Metrics } from './metrics.ts';

/** `metrics` is there from the start: services measure whether or not anybody looks. */
export function createCloudWatch(core: Core, metrics: Metrics): Service {
  const service = late(
    'monitoring',
    clients.monitoring,
    new Once(async () => (await import('./service.ts')).openCloudWatch(core, metrics)),
  );
  return {
    ...service,
    reset(accountId) {
      service.reset(accountId);
      metrics.reset(accountId);
    },
  };
}
