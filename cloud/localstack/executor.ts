/**
 * Runs LocalStack's functions in the workbook's own execution environments, freeze included. LocalStack keeps functions,
 * versions and queues of events; its plug-in (`plugin/`) asks here for an environment, for invocations in it, and for its end.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { createClock } from '../clock.ts';
import { createCallers } from '../core/callers.ts';
import { openSandbox } from '../sandbox/index.ts';
import { Environment } from '../services/lambda/environment.ts';
import type { Host, Owner } from '../services/lambda/host.ts';
import { runtimeLayer } from '../services/lambda/runtime/layer.ts';
import { RuntimeApi } from '../services/lambda/runtime-api.ts';

export interface Executor {
  /** What the plug-in is told as WORKBOOK_EXECUTOR; nobody else can guess it. */
  readonly url: string;
  close(): Promise<void>;
}

const startRequest = z.strictObject({
  account: z.string(),
  region: z.string(),
  name: z.string(),
  version: z.string(),
  arn: z.string(),
  /** Folder of the unpacked code. */
  code: z.string(),
  role: z.string(),
  handler: z.string(),
  runtime: z.string(),
  timeout: z.number(),
  memory: z.number(),
  variables: z.record(z.string(), z.string()),
  /** All the variables that LocalStack would give the environment. */
  given: z.record(z.string(), z.string()),
});
type StartRequest = z.infer<typeof startRequest>;

const invokeRequest = z.strictObject({ requestId: z.string(), arn: z.string(), payload: z.string() });

/** What LocalStack knows better than we: whose credentials, which log stream, where its endpoint is. */
const THEIRS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL',
  'AWS_LAMBDA_LOG_STREAM_NAME',
];

interface Place {
  readonly environment: Environment<Owner>;
  /** Lines of the invocation that is under way. */
  logs: string[];
}

/** `folder` is removed by the caller. Throws `SandboxUnavailable`. */
export async function openExecutor(folder: string): Promise<Executor> {
  const environments = join(folder, 'environments');
  await mkdir(environments, { recursive: true });
  const clock = createClock();
  const runtimeApi = new RuntimeApi(clock);
  const layer = await runtimeLayer();
  const secret = randomBytes(16).toString('hex');
  const callers = createCallers();
  const places = new Map<string, Place>();

  const server = createServer((request, response) => {
    if (!runtimeApi.handle(request, response)) void serve(request, response);
  });
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const sandbox = await openSandbox({
    name: 'process',
    clock,
    port,
    socket: join(folder, 'executor.sock'),
    // Only who moves a clock has to know what is under way, and this one is the machine's.
    openRequests: { has: () => false },
    folder,
  });

  const start = (asked: StartRequest): Place => {
    const place: { logs: string[] } = { logs: [] };
    const given = (name: string): string => asked.given[name] ?? '';
    const host: Host = {
      core: {
        clock,
        endpoint: () => base,
        logs: { write: (_, __, ___, events) => place.logs.push(...events.map(({ message }) => message)) },
        trace: { add: () => 0, amend: () => undefined },
        faults: { match: () => [] },
        callers,
        identity: {
          mintSession: () => ({
            accessKeyId: given('AWS_ACCESS_KEY_ID'),
            secretAccessKey: given('AWS_SECRET_ACCESS_KEY'),
            sessionToken: given('AWS_SESSION_TOKEN'),
          }),
        },
      },
      sandbox,
      runtimeApi,
      layer,
      folder: environments,
      limits: true,
      cpuSeconds: Number.POSITIVE_INFINITY,
      variables: Object.fromEntries(THEIRS.map((name) => [name, given(name)])),
    };
    const owner = { accountId: asked.account, region: asked.region, name: asked.name };
    const environment = new Environment(host, owner, {
      name: asked.version,
      arn: asked.arn,
      configuration: asked,
      package: { folder: asked.code },
    });
    return Object.assign(place, { environment });
  };

  const invoke = async (place: Place, { requestId, arn, payload }: z.infer<typeof invokeRequest>) => {
    place.logs = [];
    const { outcome } = await place.environment.invoke({ requestId, payload, functionArn: arn, cause: 0 });
    const logs = place.logs.map((line) => `${line}\n`).join('');
    return { payload: outcome.ok ? outcome.payload : outcome.failure.body, failed: !outcome.ok, logs };
  };

  const answer = async (method: string, id: string, body: string): Promise<object | undefined> => {
    const place = places.get(id);
    if (method === 'PUT') {
      places.set(id, start(startRequest.parse(JSON.parse(body))));
      return {};
    }
    if (!place) return undefined;
    if (method === 'POST') return await invoke(place, invokeRequest.parse(JSON.parse(body)));
    places.delete(id);
    await place.environment.end();
    return {};
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, given, kind, id = ''] = (request.url ?? '').split('/');
    try {
      const known = given === secret && kind === 'environments';
      const answered = known ? await answer(request.method ?? '', id, await read(request)) : undefined;
      if (answered) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
      else response.writeHead(404).end();
    } catch (error) {
      console.error('[executor]', error);
      response.writeHead(500).end(String(error));
    }
  };

  return {
    url: `${base}/${secret}`,
    async close() {
      await Promise.all([...places.values()].map(({ environment }) => environment.end()));
      await sandbox.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clock.close();
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
