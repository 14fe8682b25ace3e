/**
 * The cloud's own controls, under `/_cloud/`: JSON in, JSON out. A grader's token opens them; without identity checks they are
 * open to programs on this machine, and closed to web pages, which browsers mark by an Origin or a foreign Host.
 */
import { randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { CloudClock } from '../clock.ts';
import type { Core, Fault } from '../contract.ts';
import type { IdentityStore } from '../identity/index.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import { runScript, scriptRequest } from './scripts.ts';

export interface ControlOptions {
  readonly core: Core;
  readonly clock: CloudClock;
  readonly identity: IdentityStore;
  /** '' where none is asked for. */
  readonly token: string;
  readonly limits: boolean;
  readonly sandbox: () => Sandbox;
  readonly internalErrors: readonly string[];
  readonly reset: (accountId?: string) => Promise<void>;
  readonly folder: string;
  readonly inspector?: (name: string, url: string) => void;
}

type Answer = object | readonly object[];
type Route = (body: unknown, url: URL) => Answer | Promise<Answer>;

const PREFIX = '/_cloud/';
const VERSION = '0.1.0';
/** A script's code folder comes in a request. */
const LARGEST_BODY = 64 * 1024 * 1024;

const account = z.string().regex(/^\d{12}$/);
const span = z.union([
  z.strictObject({ milliseconds: z.number().nonnegative() }),
  z.strictObject({ seconds: z.number().nonnegative() }),
]);
const effect = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), ms: z.number().nonnegative() }),
  z.strictObject({
    kind: z.literal('error'),
    code: z.string(),
    status: z.number().int(),
    message: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('lost-reply') }),
  z.strictObject({ kind: z.literal('duplicate-delivery') }),
]);
const faultRequest = z.strictObject({
  accountId: account.optional(),
  service: z.string(),
  operation: z.string().optional(),
  resource: z.string().optional(),
  nth: z.number().int().positive().optional(),
  effect,
});

/** Takes the requests that are for the controls: true when it was one. */
export function createControl(
  options: ControlOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { core, clock, identity, token } = options;
  let resume: () => void = () => undefined;
  const routes: Record<string, Route> = {
    'GET health': () => ({
      status: options.internalErrors.length === 0 ? 'ok' : 'failing',
      version: VERSION,
      engine: 'embedded',
      sandbox: { name: options.sandbox().name, ...options.sandbox().capabilities },
      clock: { now: clock.now(), held: clock.held, waitingFor: clock.waitingFor() },
      capabilities: ['virtual-time', 'freeze', 'faults', 'trace', 'iam', 'token-expiry', 'scripts'],
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
      const { accountId = String(randomInt(100_000_000_000, 281_474_976_710_655)).slice(0, 12) } = z
        .strictObject({ accountId: account.optional() })
        .parse(body ?? {});
      const { accessKeyId, secretAccessKey } = identity.rootCredentials(accountId);
      return { accountId, accessKeyId, secretAccessKey };
    },
    'POST faults': (body) => {
      const fault: Fault = { ...faultRequest.parse(body), id: randomUUID() };
      core.faults.add(fault);
      return { id: fault.id };
    },
    'GET trace': (_, url) => core.trace.entries(url.searchParams.get('account') ?? undefined),
    'POST reset': async (body) => {
      await options.reset(z.strictObject({ accountId: account.optional() }).parse(body ?? {}).accountId);
      return {};
    },
    'POST scripts': (body) => runScript(options, scriptRequest.parse(body)),
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const path = url.pathname.slice(PREFIX.length);
    const removed = request.method === 'DELETE' && /^faults\/([\w-]+)$/.exec(path)?.[1];
    const route = routes[`${request.method} ${path}`];
    const done = path === 'clock/advance' || path === 'scripts' ? () => undefined : clock.busy('a control');
    try {
      if (!mayControl(request, token)) {
        send(response, 403, {
          error: 'The controls of this cloud are its grader’s: this request does not have its token.',
        });
      } else if (removed) {
        core.faults.remove(removed);
        send(response, 200, {});
      } else if (!route) {
        const known = [...Object.keys(routes), 'DELETE faults/ID']
          .map((name) => name.replace(' ', ` ${PREFIX}`))
          .join(', ');
        send(response, 404, { error: `There is no ${request.method} ${url.pathname}. There are: ${known}.` });
      } else {
        send(response, 200, await route(await readJson(request), url));
      }
    } catch (error) {
      if (error instanceof z.ZodError) send(response, 400, { error: z.prettifyError(error) });
      else if (error instanceof SyntaxError) send(response, 400, { error: `The body is no JSON: ${error.message}` });
      else send(response, 500, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    } finally {
      done();
    }
  };
  return (request, response) => {
    if (!request.url?.startsWith(PREFIX)) return false;
    void serve(request, response);
    return true;
  };
}

function mayControl(request: IncomingMessage, token: string): boolean {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (request.headers.origin !== undefined || !['127.0.0.1', 'localhost', '[::1]'].includes(host)) return false;
  if (token === '') return true;
  const given = Buffer.from(String(request.headers['x-cloud-token'] ?? ''));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_BODY) throw new SyntaxError('it is too large');
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: Answer): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
