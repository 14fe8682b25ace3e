/** Lambda: functions in processes of this machine, frozen between invocations. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core, Service } from '../../contract.ts';
import { late, lateTarget, Once } from '../../core/late.ts';
import type { Sandbox } from '../../sandbox/contract.ts';
import { clients } from '../../sdk.ts';
import type { WireRequest } from '../../wire/request.ts';
import type { Visit } from '../../wire/visit.ts';
import type { Streams } from '../dynamodb/streams/streams.ts';
import type { EventBuses } from '../events/buses.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Environment } from './environment.ts';
import type { ReadObject } from './lambda.ts';
import { addressOf } from './url/address.ts';
import type { Authenticate } from './url/visits.ts';

export interface LambdaOptions {
  readonly sandbox: () => Promise<Sandbox>;
  readonly queues: Queues;
  readonly streams: () => Promise<Streams>;
  readonly buses: () => Promise<EventBuses>;
  readonly readObject: ReadObject;
  readonly authenticate: Authenticate;
  readonly limits: boolean;
  readonly cpuSeconds: number;
  readonly inspector?: (name: string, url: string) => void;
}

export type LambdaService = Service & {
  /** Requests of runtime clients, and for packages. True when it has taken the request. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** The visit that a request is; nothing where it goes to no function URL. */
  visit(request: WireRequest): Promise<Visit> | undefined;
  environments(): readonly Environment[];
};

export function createLambda(core: Core, options: LambdaOptions): LambdaService {
  const opened = new Once(async () => await (await import('./service.ts')).openLambda(core, options));
  core.targets.register('lambda', lateTarget(opened));
  return {
    ...late('lambda', clients.lambda, opened),
    // Nothing speaks to the runtime API, or has a package's address, before there is a function.
    handle: (request, response) => opened.made?.handle(request, response) ?? false,
    visit(request) {
      const address = addressOf(request);
      return address && opened.get().then(({ visit }) => visit(address, request));
    },
    environments: () => opened.made?.environments() ?? [],
    async close() {
      await opened.made?.close();
    },
  };
}
