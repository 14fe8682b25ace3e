/**
 * The HTTP server: reads a request, finds who sent it and what it asks for, applies the faults, runs the handler and
 * writes the answer. Everything that is particular to one service stays out of here.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AwsError,
  type Call,
  type Core,
  type Operation,
  type Principal,
  type Service,
  type TraceId,
} from '../contract.ts';
import { partiesOf } from '../core/faults.ts';
import { unchunk } from './chunked.ts';
import { describe, type OperationShape, type ServiceShape } from './describe.ts';
import { asSpoken, inflate } from './dialects.ts';
import { respondError, toAwsError } from './errors.ts';
import { answerOf, type Outcome, passFaults } from './faults.ts';
import { unhoist } from './hoisted.ts';
import { OpenRequests } from './open-requests.ts';
import { parse } from './parse.ts';
import { requestOf, type WireRequest } from './request.ts';
import { resourceOf } from './resource.ts';
import { respond, type WireResponse } from './respond.ts';
import { type Routed, route, serviceOf } from './route.ts';
import { answerUnparsed } from './unparsed.ts';
import type { Visit } from './visit.ts';
import { idsOf, write, writeSlowly } from './write.ts';

export interface WireServerOptions {
  readonly core: Core;
  readonly services: readonly Service[];
  /** Who sent this request to this service. Throws `AwsError` for a wrong or expired signature. */
  readonly authenticate: (request: WireRequest, service: ServiceShape) => Principal | Promise<Principal>;
  /** What a request is that is no call of an API, if it is that. */
  readonly visit: (request: WireRequest) => Promise<Visit> | undefined;
  /** The program that has sent a request without a signature, by the entry that its own calls follow from. */
  readonly senderOf: (request: WireRequest) => TraceId | undefined;
  /** Requests that are none of a service's (`/_cloud/`, the runtime API). True when it has taken the request. */
  readonly own: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Told of every error that is not an `AwsError`: a mistake of ours. */
  readonly onInternalError: (error: unknown, what: string) => void;
}

export interface WireServer {
  readonly port: number;
  /** Requests of sandboxed programs that have arrived and are not answered: ids of their `x-cloud-request` header. */
  readonly openRequests: { has(id: string): boolean };
  close(): Promise<void>;
}

/** Largest body that is read: S3's largest part is 5 GiB, but this cloud keeps objects in memory. */
const LARGEST_BODY = 512 * 1024 * 1024;

/** Listens on loopback: on `port` (0: any free one) and, where given, on a Unix socket too. Throws when it is taken. */
export async function createWireServer(
  options: WireServerOptions & { readonly port: number; readonly socket?: string },
): Promise<WireServer> {
  const open = new OpenRequests();
  const wire = new Wire(options);
  const listen = (server: Server, where: object) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(where, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const answering = new WeakMap<object, ServerResponse>();
  const make = (): Server => {
    const server = createServer((request, response) => {
      answering.set(request.socket, response);
      open.add(request, response);
      if (!options.own(request, response)) void wire.serve(request, response);
    });
    server.on('clientError', (error, socket) => {
      const begun = answering.get(socket);
      void answerUnparsed(error, socket, randomUUID(), begun?.headersSent === true && !begun.writableEnded);
    });
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    return server;
  };
  const servers = [make()];
  await listen(servers[0]!, { host: '127.0.0.1', port: options.port });
  if (options.socket) {
    const server = make();
    await listen(server, { path: options.socket });
    servers.push(server);
  }
  return {
    port: (servers[0]!.address() as AddressInfo).port,
    openRequests: open,
    close: async () => {
      await Promise.all(
        servers.map(
          (server) =>
            new Promise<void>((resolve) => {
              server.close(() => resolve());
              server.closeAllConnections();
            }),
        ),
      );
    },
  };
}

/** A request, and who sent it. */
interface From {
  readonly request: WireRequest;
  readonly principal: Principal;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

interface Entry {
  readonly service: Service;
  shape?: Promise<ServiceShape>;
}

/** Answers requests that somebody else's server has taken. */
export class Wire {
  private readonly entries: ReadonlyMap<string, Entry>;

  constructor(private readonly options: Omit<WireServerOptions, 'own'>) {
    this.entries = new Map(options.services.map((service) => [service.name, { service }]));
  }

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { core } = this.options;
    const requestId = randomUUID();
    const gone = new AbortController();
    // Whoever has read the answer is not gone.
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    let busy = core.clock.busy('a request');
    let shape: ServiceShape | undefined;
    let visit: Visit | undefined;
    let outcome: Outcome<WireResponse>;
    try {
      const request = await read(incoming);
      visit = await this.options.visit(request);
      const from = { request, requestId, signal: gone.signal };
      if (visit) {
        const principal = visit.authenticate();
        busy();
        outcome = await this.receive(visit, { ...from, principal });
      } else {
        const name = serviceOf(request);
        const entry = this.entries.get(name);
        if (!entry) throw notBuilt(name);
        entry.shape ??= entry.service.load().then((sdk) => describe(name, sdk));
        shape = await asSpoken(await entry.shape, request);
        const principal = await this.options.authenticate(request, shape);
        const plain = unhoist(shape, inflate(shape, unchunk(request)));
        const routed = route(shape, plain);
        const input = await parse(shape, routed, plain);
        busy();
        outcome = await this.call(entry.service, shape, routed, input, { ...from, principal });
      }
      busy = core.clock.busy('an answer');
    } catch (error) {
      busy();
      busy = core.clock.busy('an error');
      const aws = this.report(error, `${incoming.method} ${incoming.url}`);
      const value = visit ? visit.refuse(aws) : await respondError(shape, aws, requestId, incoming.method ?? 'GET');
      outcome = { kind: 'answer', value };
    }
    if (outcome.kind === 'broken') incoming.socket.destroy();
    else if (outcome.drip) {
      const slowly = { drip: outcome.drip, clock: core.clock, signal: gone.signal };
      void writeSlowly(response, outcome.value, idsOf(shape, requestId), slowly);
    } else write(response, outcome.value, idsOf(shape, requestId), core.clock.now());
    // What is written now is on its way; a large answer then goes on at its reader's pace, and may never be read.
    setImmediate(busy);
  }

  private async call(
    service: Service,
    shape: ServiceShape,
    routed: Routed,
    input: Record<string, unknown>,
    from: From,
  ): Promise<Outcome<WireResponse>> {
    const { core } = this.options;
    const { operation } = routed;
    const { accountId } = from.principal;
    const resource = resourceOf(input);
    const about = { accountId, service: service.name, operation: operation.name, ...(resource ? { resource } : {}) };
    const handler = service.handlers[operation.name] as Operation<unknown, object | undefined> | undefined;
    return await this.follow(about, from, async (traceId) => {
      const what = `${service.name} ${operation.name}`;
      let busy = core.clock.busy(what);
      const call: Call = {
        core,
        service: service.name,
        operation: operation.name,
        accountId,
        region: core.region,
        principal: from.principal,
        requestId: from.requestId,
        endpoint: `http://${from.request.headers.host ?? new URL(core.endpoint()).host}`,
        traceId,
        headers: from.request.headers,
        signal: from.signal,
        wait: async (until) => {
          busy();
          try {
            return await until();
          } finally {
            busy = core.clock.busy(what);
          }
        },
      };
      try {
        if (!handler) throw notImplemented(service.name, operation);
        const output = (await handler(input, call)) ?? {};
        return await respond(shape, operation, output as Record<string, unknown>, from.requestId);
      } catch (error) {
        const aws = this.report(error, `${service.name}:${operation.name}`);
        core.trace.amend(traceId, { error: aws.code });
        return await respondError(shape, aws, from.requestId, from.request.method);
      } finally {
        busy();
      }
    });
  }

  private async receive(visit: Visit, from: From): Promise<Outcome<WireResponse>> {
    const { principal, requestId } = from;
    return await this.follow(visit.about, from, async (traceId) => {
      try {
        return await visit.act({ principal, requestId, traceId });
      } catch (error) {
        const aws = this.report(error, visit.about.operation);
        this.options.core.trace.amend(traceId, { error: aws.code });
        return visit.refuse(aws);
      }
    });
  }

  /** Writes a call down, with what it follows from, and does it, so far as faults let it. */
  private async follow(
    about: Visit['about'] | Omit<Visit['about'], 'resource'>,
    { request, principal, signal }: From,
    act: (traceId: TraceId) => Promise<WireResponse>,
  ): Promise<Outcome<WireResponse>> {
    const { core, senderOf } = this.options;
    const { arn, roleArn } = principal;
    const cause = principal.kind === 'anonymous' ? senderOf(request) : principal.cause;
    const caller = cause === undefined ? undefined : core.callers.find(cause);
    const follows = caller?.doing?.() ?? cause;
    const traceId = core.trace.add({
      kind: 'call',
      ...about,
      principal: arn,
      ...(follows === undefined ? {} : { cause: follows }),
    });
    const parties = partiesOf(about, core.region, [arn, roleArn, caller?.arn]);
    const met = { ...about, principal: arn, parties };
    return await passFaults(core, met, traceId, signal, () => act(traceId), answerOf, caller);
  }

  private report(error: unknown, what: string): AwsError {
    if (!(error instanceof AwsError)) this.options.onInternalError(error, what);
    return toAwsError(error);
  }
}

const notBuilt = (name: string): AwsError =>
  new AwsError('NotImplemented', `The service ${name} is not built in this cloud.`, 501);

const notImplemented = (service: string, operation: OperationShape): AwsError =>
  new AwsError('NotImplemented', `${service}:${operation.name} is not built in this cloud.`, 501);

/** Reads a request to its end. Throws `EntityTooLarge`, and `RequestTimeout` when the client went away in the middle. */
async function read(incoming: IncomingMessage): Promise<WireRequest> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of incoming as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > LARGEST_BODY) {
        throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400);
      }
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('RequestTimeout', 'The client went away before the request had arrived as a whole.', 400);
  }
  return requestOf(incoming, Buffer.concat(parts));
}
