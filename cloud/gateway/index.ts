/**
 * A gateway in front of an AWS endpoint that is not ours, LocalStack above all: AWS requests pass through; it keeps the trace,
 * applies faults, hands out accounts and runs scripts, under `/_cloud/` as the embedded cloud does, and instances where the engine's
 * do not execute. Functions and instances call it too.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../clock.ts';
import { createFaults } from '../core/faults.ts';
import { removeWhenWeDie, temporaryFolder } from '../core/folder.ts';
import { createTrace } from '../core/trace.ts';
import type { Capabilities } from '../engine/capabilities.ts';
import { probe } from '../engine/probe.ts';
import { openSandbox } from '../sandbox/index.ts';
import { Callers } from './callers.ts';
import { createGatewayControl } from './control.ts';
import { Forwarder } from './forward.ts';
import { createInstances } from './instances.ts';
import { MappingsGone } from './mend/mappings.ts';
import { Published } from './mend/publish.ts';
import { passOn } from './traffic.ts';

export interface GatewayOptions {
  /** Of the endpoint behind it: `http://127.0.0.1:4566`. */
  readonly target: string;
  /** What health calls the engine behind it. */
  readonly engine: string;
  /** Host under which functions reach this machine; undefined where they do not. */
  readonly functionHost: string | undefined;
  /** Whether the gateway runs instances, because the engine's do not execute. */
  readonly instances?: boolean;
  /** What was found out by way of another gateway to the same engine. */
  readonly capabilities?: Capabilities;
}

export interface Gateway {
  readonly url: string;
  /** For the `x-cloud-token` header of the controls. */
  readonly token: string;
  /** The engine did not answer, or the gateway itself failed: never a client's mistake. */
  readonly internalErrors: readonly string[];
  /** Tries what the engine can do, once. */
  capabilities(): Promise<Capabilities>;
  /** Deletes what the accounts hold that this gateway has handed out. */
  reset(): Promise<void>;
  /** Deletes what its accounts hold, and ends. */
  close(): Promise<void>;
}

/** How containers of Docker Engine see this machine: compose gives them the name, the bridge has the address. */
export const CONTAINERS_HOST = 'host.docker.internal';

/** Opens a gateway on a free port of loopback. Throws `SandboxUnavailable`. */
export async function openGateway({ target, engine, functionHost, ...more }: GatewayOptions): Promise<Gateway> {
  const folder = temporaryFolder('serverless-gateway-');
  const dismiss = removeWhenWeDie(folder);
  const clock = createClock();
  const core = { clock, faults: createFaults(), trace: createTrace(clock) };
  const forwarder = new Forwarder(target);
  const token = randomBytes(24).toString('hex');
  const internalErrors: string[] = [];
  const opened: { url?: string; port?: number } = {};
  const url = (): string => opened.url ?? '';
  const callers = new Callers(target);
  const sandbox = { opened: undefined as Awaited<ReturnType<typeof openSandbox>> | undefined };
  let tried = more.capabilities && Promise.resolve(more.capabilities);
  const capabilities = (): Promise<Capabilities> => {
    tried ??= probe({ url: url(), token });
    return tried;
  };
  const failed = (error: unknown, what: string): void => {
    internalErrors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  };
  const released = (): Promise<void> => control.released();
  const instances = more.instances
    ? createInstances({
        ...{ core, target, callers, url, folder, released },
        sandbox: async () => sandbox.opened!,
        onInternalError: failed,
      })
    : undefined;
  const control = createGatewayControl({
    ...core,
    target,
    engine,
    token,
    url,
    folder,
    sandbox: () => sandbox.opened!,
    internalErrors,
    instances,
    capabilities,
  });
  const traffic = {
    core,
    callers,
    forwarder,
    published: new Published(),
    mappingsGone: new MappingsGone(),
    url,
    functionUrl: () => (functionHost === undefined ? undefined : `http://${functionHost}:${opened.port}`),
    released,
    onUnreachable: failed,
  };
  const servers: Server[] = [];
  const listen = async (port: number, host: string): Promise<number> => {
    const server = createServer((request, response) => {
      if (control.serve(request, response) || instances?.serve(request, response)) return;
      void passOn(traffic, request, response);
    });
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    await instances?.reset();
    await sandbox.opened?.close();
    // Whatever state the engine is in: what it still holds of ours is in accounts that nobody else uses.
    await control.forgetAll().catch(() => undefined);
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
    forwarder.close();
    clock.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    dismiss();
  };
  try {
    const port = await listen(0, '127.0.0.1');
    opened.port = port;
    opened.url = `http://127.0.0.1:${port}`;
    const bridge = functionHost === CONTAINERS_HOST ? bridgeAddress() : undefined;
    if (bridge) await listen(port, bridge);
    sandbox.opened = await openSandbox({
      name: 'process',
      clock,
      port,
      socket: join(folder, 'gateway.sock'),
      openRequests: { has: () => false },
      folder,
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { url: opened.url, token, internalErrors, capabilities, reset: control.forgetAll, close };
}

/** Docker Desktop forwards to loopback; Docker Engine on Linux reaches us by its bridge alone, which only containers see. */
const bridgeAddress = (): string | undefined =>
  networkInterfaces().docker0?.find(({ address }) => isIPv4(address))?.address;
