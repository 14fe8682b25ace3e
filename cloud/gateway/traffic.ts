/** One AWS request on its way through: named, recorded, made to fail as faults say, passed on. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type Clock, type Core } from '../contract.ts';
import { partiesOf } from '../core/faults.ts';
import { respondError } from '../wire/errors.ts';
import { answerOf, type Outcome, passFaults } from '../wire/faults.ts';
import { requestOf } from '../wire/request.ts';
import type { WireResponse } from '../wire/respond.ts';
import { trickle } from '../wire/write.ts';
import { REGION } from './access.ts';
import { type Callers, namesOf } from './callers.ts';
import { type Forwarder, type Passage, readAll } from './forward.ts';
import { tellsOfFunctions, withEndpoint, withoutEndpoint } from './functions.ts';
import { pathOfAlias } from './mend/alias.ts';
import type { MappingsGone } from './mend/mappings.ts';
import type { Published } from './mend/publish.ts';
import { isStream, type Named, nameOf, shapeOf } from './naming.ts';

export interface TrafficOptions {
  readonly core: Pick<Core, 'clock' | 'faults' | 'trace'>;
  readonly callers: Callers;
  readonly forwarder: Forwarder;
  readonly published: Published;
  readonly mappingsGone: MappingsGone;
  /** The gateway as its clients see it. */
  readonly url: () => string;
  /** The gateway as functions see it; undefined where they do not reach it. */
  readonly functionUrl: () => string | undefined;
  /** Resolves when calls may go on: a grader can hold them all. */
  readonly released: () => Promise<void>;
  /** Told when the engine does not answer. */
  readonly onUnreachable: (error: unknown, what: string) => void;
}

type Reply = Pick<WireResponse, 'status'> & { readonly headers: readonly string[] } & (
    | { readonly bytes: Uint8Array }
    | { readonly stream: IncomingMessage }
  );

/** Errors are read to find their code; what is larger than this is no error of AWS's. */
const LARGEST_ERROR = 64 * 1024;

export async function passOn(
  options: TrafficOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let named: Named | undefined;
  try {
    const head = requestOf(incoming, Buffer.alloc(0));
    const body = isStream(head) ? undefined : await readAll(incoming);
    const request = body ? { ...head, body } : head;
    const [what, caller] = await Promise.all([nameOf(request), options.callers.of(request)]);
    named = what;
    const about = { accountId: caller.accountId, ...what, principal: caller.arn };
    const cause = caller.cause === undefined ? {} : { cause: caller.cause };
    const traceId = options.core.trace.add({ kind: 'call', ...about, ...cause });
    const act = async (): Promise<Reply> => {
      await options.released();
      const reply = await ask(options, what, incoming, body, gone.signal);
      if (reply.status >= 400 && 'bytes' in reply) options.core.trace.amend(traceId, { error: errorOf(reply) });
      return reply;
    };
    const met = { ...about, parties: partiesOf(about, REGION, namesOf(caller)) };
    const outcome = await passFaults(options.core, met, traceId, gone.signal, act, insteadOf);
    await answer(outcome, incoming, response, options.core.clock, gone.signal);
  } catch (error) {
    if (gone.signal.aborted) return;
    const known = error instanceof AwsError;
    if (!known) options.onUnreachable(error, `${named?.service}:${named?.operation}`);
    await refuse(response, named, known ? error : unreachable(error), incoming.method ?? 'GET');
  }
}

async function ask(
  { forwarder, published, mappingsGone, url, functionUrl }: TrafficOptions,
  named: Named,
  incoming: IncomingMessage,
  body: Buffer | undefined,
  signal: AbortSignal,
): Promise<Reply> {
  const { service, operation } = named;
  const endpoint = functionUrl();
  const rewritten = tellsOfFunctions(service, operation);
  const passage = passageOf(forwarder, incoming, signal);
  const instead = rewritten
    ? ((await pathOfAlias(named, passage)) ?? (await published.unchanged(named, body ?? Buffer.alloc(0), passage)))
    : undefined;
  const sent = body && rewritten && endpoint ? withEndpoint(operation, body, endpoint) : body;
  const {
    headers,
    body: stream,
    ...answer
  } = await forwarder.send(incoming, signal, instead ? { instead } : { body: sent });
  // Publishing answers 201, also when there was nothing to publish.
  const status = instead && operation === 'PublishVersion' && answer.status === 200 ? 201 : answer.status;
  const listing = service === 'lambda' && operation === 'ListEventSourceMappings';
  if (status < 400 && !rewritten && !listing) return { status, headers, stream };
  const length = Number(stream.headers['content-length'] ?? 0);
  if (status >= 400 && length > LARGEST_ERROR) return { status, headers, stream };
  const told = await readAll(stream);
  if (status >= 400) return { status, headers, bytes: told };
  const bytes = listing ? await mappingsGone.without(told, passage) : withoutEndpoint(told, endpoint ?? '', url());
  return { status, headers: withLength(headers, bytes.length), bytes };
}

const passageOf = (forwarder: Forwarder, incoming: IncomingMessage, signal: AbortSignal): Passage => ({
  query: (name) => requestOf(incoming, Buffer.alloc(0)).query.get(name),
  async ask<T>(path: string) {
    const { status, body } = await forwarder.send(incoming, signal, { instead: path });
    const told = await readAll(body);
    return status === 200 ? (JSON.parse(told.toString('utf8')) as T) : undefined;
  },
});

function withLength(headers: readonly string[], length: number): string[] {
  const others: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (!/^(content-length|transfer-encoding)$/i.test(headers[at]!)) others.push(headers[at]!, headers[at + 1]!);
  }
  return [...others, 'content-length', String(length)];
}

/** What a fault says, in the place of the engine's answer. */
const insteadOf = (said: Parameters<typeof answerOf>[0]): Reply => {
  const bytes = Buffer.from(said.body);
  const headers = Object.entries(answerOf(said).headers).flat();
  return { status: said.status, headers: withLength(headers, bytes.length), bytes };
};

async function answer(
  outcome: Outcome<Reply>,
  incoming: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (outcome.kind === 'broken') {
    incoming.socket.destroy();
    return;
  }
  const reply = outcome.value;
  if (outcome.drip) {
    const bytes = 'bytes' in reply ? reply.bytes : await readAll(reply.stream);
    response.writeHead(reply.status, withLength(reply.headers, bytes.length));
    return await trickle(response, bytes, { drip: outcome.drip, clock, signal });
  }
  response.writeHead(reply.status, [...reply.headers]);
  if ('bytes' in reply) response.end(reply.bytes);
  else reply.stream.on('error', () => response.destroy()).pipe(response);
}

/** AWS's code, without namespace: from the header, from JSON, or from XML. */
function errorOf({ status, headers, bytes }: Reply & { readonly bytes: Uint8Array }): string {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'x-amzn-errortype');
  const text = Buffer.from(bytes).toString('utf8');
  const code =
    (at >= 0 ? headers[at + 1] : undefined) ??
    /"__type"\s*:\s*"([^"]+)"/.exec(text)?.[1] ??
    /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
  return code?.split('#').at(-1)?.split(':')[0] ?? `HTTP ${status}`;
}

const unreachable = (error: unknown): AwsError =>
  new AwsError('ServiceUnavailable', `The engine behind this gateway did not answer: ${String(error)}`, 503);

async function refuse(
  response: ServerResponse,
  named: Named | undefined,
  error: AwsError,
  method: string,
): Promise<void> {
  const requestId = randomUUID();
  const shape = named ? shapeOf(named.service) : undefined;
  const { status, headers, body } = await respondError(shape, error, requestId, method);
  if (response.headersSent || response.destroyed) return;
  const bytes = body instanceof Uint8Array ? body : Buffer.alloc(0);
  const ids = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId };
  response.writeHead(status, { ...ids, ...headers, 'content-length': String(bytes.length) }).end(bytes);
}
