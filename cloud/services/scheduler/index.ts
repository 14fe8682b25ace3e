/** EventBridge Scheduler: schedules in groups, in any time zone, that call a queue or a function as a role. */
import type { Core, Service } from '../../contract.ts';
import { late, Once } from '../../core/late.ts';
import { clients } from '../../sdk.ts';

export const createScheduler = (core: Core): Service =>
  late('scheduler', clients.scheduler, new Once(async () => (await import('./service.ts')).openScheduler(core)));
