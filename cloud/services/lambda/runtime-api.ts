/**
 * The server side of the Lambda Runtime API. Each execution environment has a path of its own, which nobody else can guess.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Millis } from '../../contract.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB, synchronous. */
const LARGEST_PAYLOAD = 6 * 1024 * 1024 + 100;
const PREFIX = '/_runtime/';

export interface RuntimeEvent {
  readonly requestId: string;
  readonly deadline: number;
  /** Milliseconds from now to the deadline, for runtimes that do not live on the cloud's clock. */
  readonly timeout: Millis;
  readonly functionArn: string;
  readonly payload: string;
}

/** What a runtime client tells its environment. */
export interface RuntimeClient {
  /** The runtime is ready for an event; `give` answers its request. */
  next(give: (event: RuntimeEvent) => void): void;
  /** `closed`: how many of the two output streams the program has closed itself. */
  done(requestId: string, outcome: { readonly ok: boolean; readonly body: string; readonly closed: number }): void;
  tooLarge(requestId: string): void;
  initFailed(body: string): void;
}

export class RuntimeApi {
  private readonly clients = new Map<string, RuntimeClient>();

  constructor(private readonly clock: Pick<Clock, 'busy'>) {}

  /** Opens a path for one environment: to be put behind `host:port` in AWS_LAMBDA_RUNTIME_API. */
  open(client: RuntimeClient): { readonly path: string; close(): void } {
    const token = randomBytes(16).toString('hex');
    this.clients.set(token, client);
    return { path: PREFIX + token, close: () => this.clients.delete(token) };
  }

  /** True when the request was for here. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    if (!request.url?.startsWith(PREFIX)) return false;
    const [token, ...rest] = request.url.slice(PREFIX.length).split('/');
    const client = this.clients.get(token ?? '');
    const path = rest.join('/').replace(/^2018-06-01\/runtime\//, '');
    if (!client) refuse(response, 403, 'This execution environment is gone.');
    else if (request.method === 'GET' && path === 'invocation/next') next(client, response);
    else if (request.method === 'POST') void this.post(client, path, request, response);
    else refuse(response, 404, `The runtime API has no ${request.method} ${path}.`);
    return true;
  }

  private async post(
    client: RuntimeClient,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const done = this.clock.busy('the runtime API');
    try {
      const body = await read(request);
      const [, id, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
      if (path === 'init/error') client.initFailed(body ?? '{}');
      else if (!id) return refuse(response, 404, `The runtime API has no POST ${path}.`);
      else if (body === undefined) client.tooLarge(id);
      else {
        const closed = String(request.headers['x-output-closed'] ?? '')
          .split(',')
          .filter(Boolean).length;
        client.done(id, { ok: kind === 'response', body, closed });
      }
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    } catch {
      // The program went away in the middle; its end is told by its process.
      response.destroy();
    } finally {
      done();
    }
  }
}

function next(client: RuntimeClient, response: ServerResponse): void {
  client.next(({ requestId, deadline, timeout, functionArn, payload }) => {
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': String(Math.round(deadline)),
        'x-timeout-ms': String(timeout),
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': `Root=1-${Math.floor(deadline / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)}`,
      })
      .end(payload);
  });
}

/** The body, or undefined when it is larger than a payload may be. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= LARGEST_PAYLOAD) parts.push(part);
  }
  return size > LARGEST_PAYLOAD ? undefined : Buffer.concat(parts).toString('utf8');
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errorMessage: message }));
}
