/** The gateway's controls. There is no clock to move: a route that is not here is a capability that is not there. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Faults, Trace } from '../contract.ts';
import { runScript, scriptRequest } from '../control/scripts.ts';
import { serveControls, VERSION } from '../control/serve.ts';
import { account, accountRequest, faultRoutes, newAccount, traceRoute } from '../control/shared.ts';
import { createCallers } from '../core/callers.ts';
import { type Capabilities, lacking, present } from '../engine/capabilities.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import { REGION } from './access.ts';
import { forget } from './forget.ts';
import type { Instances } from './instances.ts';

export interface GatewayControlOptions {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly trace: Trace & { reset(accountId?: string): void };
  readonly target: string;
  readonly engine: string;
  readonly token: string;
  readonly url: () => string;
  readonly sandbox: () => Sandbox;
  readonly folder: string;
  readonly internalErrors: readonly string[];
  /** Where the gateway runs instances itself. */
  readonly instances: Instances | undefined;
  /** What the engine behind can do, as an attempt has shown. */
  readonly capabilities: () => Promise<Capabilities>;
}

export interface GatewayControl {
  serve(request: IncomingMessage, response: ServerResponse): boolean;
  /** Resolves when calls may go on. */
  released(): Promise<void>;
  /** Empties every account that was handed out. */
  forgetAll(): Promise<void>;
}

export function createGatewayControl(options: GatewayControlOptions): GatewayControl {
  const { clock, faults, trace, target } = options;
  const handedOut = new Set<string>();
  let paused: { readonly over: Promise<void>; end(): void } | undefined;
  const resume = (): void => {
    paused?.end();
    paused = undefined;
  };
  const forgetOne = async (accountId: string): Promise<void> => {
    const used = new Set(trace.entries(accountId).map(({ service }) => service));
    if (options.instances) used.delete('ec2');
    handedOut.delete(accountId);
    faults.clear(accountId);
    await options.instances?.reset(accountId);
    trace.reset(accountId);
    await forget(target, accountId, used);
  };
  const forgetAll = async (): Promise<void> => {
    await Promise.all([...handedOut].map(forgetOne));
  };
  const scripts = {
    clock,
    trace,
    callers: createCallers(),
    sandbox: options.sandbox,
    region: REGION,
    endpoint: options.url,
    credentials: (accountId: string) => ({ accessKeyId: accountId, secretAccessKey: 'any' }),
    limits: true,
    folder: options.folder,
  };
  const serve = serveControls({
    token: options.token,
    routes: {
      'GET health': async () => ({
        status: options.internalErrors.length === 0 ? 'ok' : 'failing',
        version: VERSION,
        engine: options.engine,
        target,
        sandbox: { name: options.sandbox().name, ...options.sandbox().capabilities },
        clock: { now: clock.now(), held: clock.held },
        capabilities: present(await options.capabilities()),
        lacking: lacking(await options.capabilities()),
        internalErrors: options.internalErrors,
      }),
      'GET clock': () => ({ now: clock.now(), held: clock.held }),
      // Holds every call back until it is let go: for a grader that needs several to be under way at once.
      'POST clock/pause': () => {
        resume();
        let end = (): void => undefined;
        const over = new Promise<void>((resolve) => {
          end = resolve;
        });
        paused = { over, end };
        return { now: clock.now() };
      },
      'POST clock/resume': () => {
        resume();
        return { now: clock.now() };
      },
      'POST accounts': (body) => {
        const { accountId = newAccount() } = accountRequest.parse(body ?? {});
        handedOut.add(accountId);
        return { accountId, accessKeyId: accountId, secretAccessKey: 'any' };
      },
      // What an engine delivers by itself does not come past here, and its functions' processes are its own.
      ...faultRoutes(faults, { within: false }),
      ...traceRoute(trace),
      'POST reset': async (body) => {
        const { accountId } = accountRequest.parse(body ?? {});
        if (accountId === undefined) await forgetAll();
        else await forgetOne(handed.parse(accountId));
        return {};
      },
      'POST scripts': (body) => runScript(scripts, scriptRequest.parse(body)),
    },
  });
  /** Others may be at work on the same engine: their accounts are theirs. */
  const handed = account.refine((accountId) => handedOut.has(accountId), {
    error: 'This gateway has not handed out that account, and empties only its own.',
  });
  return {
    serve,
    forgetAll,
    async released() {
      await paused?.over;
    },
  };
}
