/** An engine that is not ours: which one it is, how its functions reach us, what it can do; then gateways to it. */
import type { Capabilities } from '../engine/capabilities.ts';
import { probeFor } from '../engine/probe.ts';
import { CONTAINERS_HOST, type Gateway, type GatewayOptions, openGateway } from './index.ts';

export interface ForeignEngine {
  /** `LocalStack 4.14.0`, or its address. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Another gateway: each has a trace, faults and accounts of its own. */
  open(): Promise<Gateway>;
}

export class EngineUnreachable extends Error {
  override name = 'EngineUnreachable';
}

/** How functions may see this machine: as itself, or from a container. Where neither is so, their calls go past us. */
const HOSTS = ['127.0.0.1', CONTAINERS_HOST, undefined];

/** Throws `EngineUnreachable`. `target` without a slash at its end. */
export async function openForeignEngine(target: string): Promise<ForeignEngine> {
  const name = await nameOf(target);
  let functionHost: string | undefined;
  let capabilities: Capabilities | undefined;
  for (functionHost of HOSTS) {
    const gateway = await openGateway({ target, engine: name, functionHost });
    capabilities = await gateway.capabilities().finally(() => gateway.close());
    if (capabilities.trace === true) break;
  }
  const found = { target, engine: name, functionHost, capabilities: capabilities! };
  const best = found.capabilities.instances === true ? found : await withInstances(found);
  return { name, capabilities: best.capabilities, open: () => openGateway(best) };
}

/** Instances of the gateway's, where the engine's do not execute: what can be done with those is found out as well. */
async function withInstances<T extends GatewayOptions & { readonly capabilities: Capabilities }>(found: T) {
  const gateway = await openGateway({ ...found, instances: true });
  const tried = await probeFor(gateway, ['instances', 'ansible']).finally(() => gateway.close());
  return { ...found, instances: true, capabilities: { ...found.capabilities, ...tried } };
}

async function nameOf(target: string): Promise<string> {
  const answer = await fetch(`${target}/_localstack/health`).catch(() => undefined);
  if (!answer) throw new EngineUnreachable(`Nothing answers at ${target}.`);
  const { version } = ((await answer.json().catch(() => undefined)) ?? {}) as { version?: string };
  return version ? `LocalStack ${version}` : target;
}
