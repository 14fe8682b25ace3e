/**
 * The metadata service of one instance, at an address of its own: who asks there is that instance.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Core, Millis } from '../../../contract.ts';
import type { Instance } from '../store.ts';

export interface MetadataServer {
  readonly port: number;
  readonly socket: string | undefined;
  close(): Promise<void>;
}

/** Who asks, and what there is to read at a path; undefined when there is nothing. */
export interface MetadataSource {
  readonly instance: Instance;
  read(path: string): string | Uint8Array | Promise<string> | undefined;
}

/** Seconds. */
const LONGEST_TTL = 21_600;
const TOKEN = 'x-aws-ec2-metadata-token';
const TTL = 'x-aws-ec2-metadata-token-ttl-seconds';

/** Listens on a free port of loopback and, where asked, on a socket. */
export async function serveMetadata(
  core: Core,
  socket: string | undefined,
  source: MetadataSource,
): Promise<MetadataServer> {
  const tokens = new Map<string, Millis>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const busy = core.clock.busy('instance metadata');
    request.resume();
    const { status, body = '', headers = {} } = await reply(core, source, tokens, request);
    response
      .writeHead(status, {
        'content-type': 'text/plain',
        'content-length': Buffer.byteLength(body),
        server: 'EC2ws',
        ...headers,
      })
      .end(body);
    setImmediate(busy);
  };
  const servers: Server[] = [];
  const listen = async (where: object): Promise<Server> => {
    const server = createServer((request, response) => void answer(request, response));
    // Both would be counted on the machine's clock, which is not that of the programs.
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(where, resolve);
    });
    servers.push(server);
    return server;
  };
  const port = ((await listen({ host: '127.0.0.1', port: 0 })).address() as AddressInfo).port;
  if (socket) {
    await rm(socket, { force: true });
    await listen({ path: socket, readableAll: true, writableAll: true });
  }
  return {
    port,
    socket,
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

interface Reply {
  readonly status: number;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

async function reply(
  core: Core,
  source: MetadataSource,
  tokens: Map<string, Millis>,
  request: IncomingMessage,
): Promise<Reply> {
  const { metadata } = source.instance;
  const path = (request.url ?? '/').split('?')[0]!.replace(/\/+/g, '/');
  const now = core.clock.now();
  if (metadata.endpoint === 'disabled') return { status: 403 };
  if (request.method === 'PUT') {
    if (!/^\/[^/]+\/api\/token$/.test(path)) return { status: 404 };
    // A proxy in between is no instance.
    if (request.headers['x-forwarded-for'] !== undefined) return { status: 403 };
    const seconds = Number(request.headers[TTL]);
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_TTL) return { status: 400 };
    for (const [old, until] of tokens) if (until <= now) tokens.delete(old);
    const token = `${randomBytes(40).toString('base64url')}==`;
    tokens.set(token, now + seconds * 1000);
    return { status: 200, body: token, headers: { [TTL]: String(seconds) } };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
  const token = request.headers[TOKEN];
  const until = typeof token === 'string' ? tokens.get(token) : undefined;
  if (token === undefined ? metadata.tokens === 'required' : until === undefined || until <= now)
    return { status: 401 };
  const body = await source.read(path);
  return body === undefined
    ? { status: 404, body: '404 - Not Found\n' }
    : { status: 200, body, headers: until === undefined ? {} : { [TTL]: String(Math.ceil((until - now) / 1000)) } };
}
