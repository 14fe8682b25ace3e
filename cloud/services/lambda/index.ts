/** Lambda: functions in processes of this machine, frozen between invocations. */
import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { AwsError, type Core, type Delivery, type Principal, type Service, type Target } from '../../contract.ts';
import { late } from '../../core/late.ts';
import type { Sandbox } from '../../sandbox/contract.ts';
import type { Streams } from '../dynamodb/streams/streams.ts';
import type { EventBuses } from '../events/buses.ts';
import type { Queues } from '../sqs/queues.ts';
import { policyOf } from './access.ts';
import { AsyncQueue } from './asynchronous.ts';
import { DestinationRules } from './destination-rules.ts';
import { Destinations } from './destinations.ts';
import type { Environment } from './environment.ts';
import { functionNotFound } from './errors.ts';
import type { Host } from './host.ts';
import { Invoker } from './invoker.ts';
import { Lambda, type ReadObject } from './lambda.ts';
import { Meter } from './meter.ts';
import { parseReference } from './names.ts';
import { Pool } from './pool.ts';
import { runtimeLayer } from './runtime/layer.ts';
import { RuntimeApi } from './runtime-api.ts';
import { FunctionStore } from './store.ts';
import { type Authenticate, Visits } from './url/visits.ts';

export interface LambdaOptions {
  readonly sandbox: () => Promise<Sandbox>;
  readonly queues: Queues;
  readonly streams: Streams;
  readonly buses: EventBuses;
  readonly readObject: ReadObject;
  readonly authenticate: Authenticate;
  readonly limits: boolean;
  readonly cpuSeconds: number;
  readonly inspector?: (name: string, url: string) => void;
}

export type LambdaService = Service & {
  /** Requests of runtime clients, and for packages. True when it has taken the request. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Requests to function URLs. */
  readonly visit: Visits['visit'];
  environments(): readonly Environment[];
};

export function createLambda(core: Core, options: LambdaOptions): LambdaService {
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
  const events = new AsyncQueue(core, store, invoker, meter, new Destinations(core, meter, options.buses));
  const rules = new DestinationRules(core.identity, store, options.queues, options.buses);
  const lambda = new Lambda(core, store, pool, invoker, rules, options.readObject, packages);
  const service = late(
    'lambda',
    () => import('@aws-sdk/client-lambda'),
    async () => (await import('./service.ts')).openLambda(lambda, invoker, events, options),
  );
  core.targets.register('lambda', createTarget(core, store, events));

  return {
    ...service,
    handle: (request, response) => runtimeApi.handle(request, response) || lambda.handle(request, response),
    visit: new Visits(core, store, invoker, options.authenticate).visit,
    environments: () => pool.environments(),
    async reset(accountId) {
      await service.reset(accountId);
      events.reset(accountId);
      for (const one of store.list(accountId)) store.remove(one);
      await pool.retire((of) => accountId === undefined || of.accountId === accountId);
    },
    close: () => pool.retire(() => true),
  };
}

/** Other services invoke a function asynchronously when its policy lets them, or a role's lets the role they act as. */
function createTarget(core: Core, store: FunctionStore, events: AsyncQueue): Target {
  const find = (arn: string) => {
    const reference = parseReference(arn, '');
    return { of: store.find(reference.accountId, reference.name), ...reference };
  };
  const admitted = (arn: string, service: string, sourceArn: string, sourceAccount: string) => {
    const { of, qualifier } = find(arn);
    if (!of) throw functionNotFound(arn);
    const request = { service, action: 'lambda:InvokeFunction', resource: arn, sourceArn, sourceAccount };
    if (!core.identity.resourcePolicyAllows(policyOf(of), request)) {
      throw new AwsError(
        'AccessDeniedException',
        `The policy of ${arn} does not let ${service} invoke it for ${sourceArn}.`,
        403,
      );
    }
    return { of, qualifier };
  };
  const admittedAs = (arn: string, principal: Principal) => {
    const { of, qualifier, accountId } = find(arn);
    core.identity.authorize({
      principal,
      action: 'lambda:InvokeFunction',
      resource: arn,
      resourceAccount: accountId,
      ...(of && of.permissions.length > 0 ? { resourcePolicy: policyOf(of) } : {}),
    });
    if (!of) throw functionNotFound(arn);
    return { of, qualifier };
  };
  return {
    verify: (arn, from, sourceArn, sourceAccount) => void admitted(arn, from, sourceArn, sourceAccount),
    deliver: async (arn: string, { payload, from, sourceArn, sourceAccount, cause, as }: Delivery) => {
      const { of, qualifier } = as ? admittedAs(arn, as) : admitted(arn, from, sourceArn, sourceAccount);
      events.enqueue(of, qualifier, payload, cause);
    },
  };
}
