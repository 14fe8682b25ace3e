/**
 * Controls under `/_cloud/`: JSON in, JSON out. A grader's token opens them; without identity checks they are open to programs
 * on this machine, and closed to web pages, which browsers mark by an Origin or a foreign Host.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { isControl, PREFIX, type Take } from './late.ts';

export type Answer = object | readonly object[];
/** `id`: what stands in the place of ID in the route's path. */
export type Route = (body: unknown, url: URL, id: string) => Answer | Promise<Answer>;

export interface Controls {
  /** '' where none is asked for. */
  readonly token: string;
  /** By method and path: `GET clock`, `DELETE faults/ID`. */
  readonly routes: Readonly<Record<string, Route>>;
  /** Called when a request has come; what it returns, when it has been answered. */
  readonly under?: (path: string) => () => void;
}

export const VERSION = '0.1.0';
/** A script's code folder comes in a request. */
const LARGEST_BODY = 64 * 1024 * 1024;

/** Takes the requests that are for the controls: true when it was one. */
export function serveControls(controls: Controls): Take {
  return (request, response) => {
    if (!isControl(request)) return false;
    void serve(controls, request, response);
    return true;
  };
}

async function serve(
  { token, routes, under = () => () => undefined }: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const path = url.pathname.slice(PREFIX.length);
  const [, collection, id = ''] = /^(\w+)\/([\w-]+)$/.exec(path) ?? [];
  const route = routes[`${request.method} ${path}`] ?? routes[`${request.method} ${collection}/ID`];
  const done = under(path);
  try {
    if (!mayControl(request, token)) {
      send(response, 403, {
        error: 'The controls of this cloud are its grader’s: this request does not have its token.',
      });
    } else if (!route) {
      const known = Object.keys(routes)
        .map((name) => name.replace(' ', ` ${PREFIX}`))
        .join(', ');
      send(response, 404, { error: `There is no ${request.method} ${url.pathname}. There are: ${known}.` });
    } else {
      send(response, 200, await route(await readJson(request), url, id));
    }
  } catch (error) {
    if (error instanceof z.ZodError) send(response, 400, { error: z.prettifyError(error) });
    else if (error instanceof SyntaxError) send(response, 400, { error: `The body is no JSON: ${error.message}` });
    else send(response, 500, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    done();
  }
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
