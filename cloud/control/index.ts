/** The cloud's own controls, under `/_cloud/`. */
import * as z from 'zod';
import type { CloudClock } from '../clock.ts';
import type { Core } from '../contract.ts';
import { present } from '../engine/capabilities.ts';
import { embeddedCapabilities } from '../engine/embedded.ts';
import type { IdentityStore } from '../identity/index.ts';
import { rootOf } from '../identity/keys.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import type { Take } from './late.ts';
import { runScript, scriptRequest } from './scripts.ts';
import { serveControls, VERSION } from './serve.ts';
import { accountRequest, faultRoutes, newAccount, traceRoute } from './shared.ts';

export interface ControlOptions {
  readonly core: Core;
  readonly clock: CloudClock;
  readonly identity: IdentityStore;
  /** '' where none is asked for. */
  readonly token: string;
  readonly limits: boolean;
  readonly sandbox: Sandbox;
  readonly internalErrors: readonly string[];
  readonly reset: (accountId?: string) => Promise<void>;
  readonly folder: string;
  readonly inspector?: (name: string, url: string) => void;
}

const span = z.union([
  z.strictObject({ milliseconds: z.number().nonnegative() }),
  z.strictObject({ seconds: z.number().nonnegative() }),
]);

/** Takes the requests that are for the controls: true when it was one. */
export function createControl(options: ControlOptions): Take {
  const { core, clock, identity, token } = options;
  let resume: () => void = () => undefined;
  const scripts = {
    ...options,
    sandbox: () => options.sandbox,
    region: core.region,
    endpoint: core.endpoint,
    trace: core.trace,
    callers: core.callers,
    credentials: (accountId: string, seconds: number, cause: number) =>
      identity.keys.session({ ...rootOf(accountId), cause }, clock.now() + seconds * 1000),
  };
  return serveControls({
    token,
    under: (path) => (path === 'clock/advance' || path === 'scripts' ? () => undefined : clock.busy('a control')),
    routes: {
      'GET health': () => ({
        status: options.internalErrors.length === 0 ? 'ok' : 'failing',
        version: VERSION,
        engine: 'embedded',
        sandbox: { name: options.sandbox.name, ...options.sandbox.capabilities },
        clock: { now: clock.now(), held: clock.held, waitingFor: clock.waitingFor() },
        capabilities: present(embeddedCapabilities(options.sandbox)),
        internalErrors: options.internalErrors,
      }),
      'GET clock': () => ({ now: clock.now(), held: clock.held }),
      'POST clock/advance': async (body) => {
        const by = span.parse(body);
        await clock.advance('seconds' in by ? by.seconds * 1000 : by.milliseconds);
        return { now: clock.now() };
      },
      // For a grader that needs several calls to be under way at once.
      'POST clock/pause': () => {
        resume();
        resume = clock.busy('a pause of the grader');
        return { now: clock.now() };
      },
      'POST clock/resume': () => {
        resume();
        return { now: clock.now() };
      },
      'POST clock/hold': (body) => {
        clock.hold(z.strictObject({ at: z.number().optional() }).parse(body ?? {}).at);
        return { now: clock.now(), held: true };
      },
      'POST accounts': (body) => {
        const { accountId = newAccount() } = accountRequest.parse(body ?? {});
        const { accessKeyId, secretAccessKey } = identity.rootCredentials(accountId);
        return { accountId, accessKeyId, secretAccessKey };
      },
      ...faultRoutes(core.faults, { within: true }),
      ...traceRoute(core.trace),
      'POST reset': async (body) => {
        await options.reset(accountRequest.parse(body ?? {}).accountId);
        return {};
      },
      'POST scripts': (body) => runScript(scripts, scriptRequest.parse(body)),
    },
  });
}
