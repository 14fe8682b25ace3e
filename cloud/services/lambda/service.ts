/** Lambda as it is once somebody uses it: functions, what runs them, and the operations on them. */
import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Core, Handlers } from '../../contract.ts';
import { AsyncQueue } from './asynchronous.ts';
import { DestinationRules } from './destination-rules.ts';
import { Destinations } from './destinations.ts';
import type { Host } from './host.ts';
import type { LambdaOptions } from './index.ts';
import { Invoker } from './invoker.ts';
import { Lambda } from './lambda.ts';
import { Meter } from './meter.ts';
import { concurrency } from './operations/concurrency.ts';
import { eventInvokeConfigs } from './operations/event-invoke-config.ts';
import { Mappings } from './operations/event-source-mappings.ts';
import { functionUrls } from './operations/function-urls.ts';
import { functions } from './operations/functions.ts';
import { invoke } from './operations/invoke.ts';
import { permissions } from './operations/permissions.ts';
import { tags } from './operations/tags.ts';
import { updates } from './operations/updates.ts';
import { versions } from './operations/versions.ts';
import { Pool } from './pool.ts';
import { runtimeLayer } from './runtime/layer.ts';
import { RuntimeApi } from './runtime-api.ts';
import { FunctionStore } from './store.ts';
import { createTarget } from './target.ts';
import { Visits } from './url/visits.ts';

export async function openLambda(core: Core, options: LambdaOptions) {
  const [streams, buses] = await Promise.all([options.streams(), options.buses()]);
  const { queues, readObject } = options;
  const folder = join(core.folder, 'lambda');
  const [packages, environments] = [join(folder, 'packages'), join(folder, 'environments')];
  for (const path of [packages, environments]) mkdirSync(path, { recursive: true });
  const runtimeApi = new RuntimeApi(core.clock);
  const host = async (): Promise<Host> => ({
    core,
    sandbox: await options.sandbox(),
    runtimeApi,
    layer: await runtimeLayer(),
    folder: environments,
    limits: options.limits,
    cpuSeconds: options.cpuSeconds,
    ...(options.inspector ? { inspector: options.inspector } : {}),
  });
  const store = new FunctionStore(core.region);
  const pool = new Pool(core, host);
  const meter = new Meter(core);
  const invoker = new Invoker(core, pool, meter);
  const events = new AsyncQueue(core, store, invoker, meter, new Destinations(core, meter, buses));
  const rules = new DestinationRules(core.identity, store, queues, buses);
  const lambda = new Lambda(core, store, pool, invoker, rules, readObject, packages);
  const mappings = new Mappings(lambda, { queues, streams });
  return {
    handlers: {
      ...functions(lambda),
      ...updates(lambda),
      ...versions(lambda),
      ...permissions(lambda),
      ...functionUrls(lambda),
      ...tags(lambda, (arn) => mappings.byArn(arn)),
      ...concurrency(lambda),
      ...eventInvokeConfigs(lambda),
      ...mappings.handlers,
      Invoke: invoke(store, invoker, events),
    } as Handlers,
    target: createTarget(core, store, events),
    handle: (request: IncomingMessage, response: ServerResponse) =>
      runtimeApi.handle(request, response) || lambda.handle(request, response),
    visit: new Visits(core, store, invoker, options.authenticate).visit,
    environments: () => pool.environments(),
    async reset(accountId?: string) {
      await mappings.reset(accountId);
      events.reset(accountId);
      await lambda.reset(accountId);
    },
    close: () => pool.retire(() => true),
  };
}
