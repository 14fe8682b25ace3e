/** Writes an answer: at once, or in the pieces that a fault makes of it. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Clock } from '../contract.ts';
import type { ServiceShape } from './describe.ts';
import { type Drip, pass } from './faults.ts';
import type { WireResponse } from './respond.ts';

/** S3 tells a second one, its clients' `HostId`. */
export const idsOf = (shape: ServiceShape | undefined, id: string): Readonly<Record<string, string>> => ({
  'x-amzn-requestid': id,
  'x-amz-request-id': id,
  ...(shape?.name === 's3' ? { 'x-amz-id-2': id } : {}),
});

export function write(
  response: ServerResponse,
  answer: WireResponse,
  ids: Readonly<Record<string, string>>,
  now: number,
): void {
  const { body } = answer;
  writeHead(response, answer, ids, now);
  if (body instanceof Readable) body.on('error', () => response.destroy()).pipe(response);
  else response.end(body);
}

/**
 * The same, the body in pieces. A program in a sandbox then tells with each look of the clock how far it has read, so that time
 * does not move on before a piece has arrived.
 */
export async function writeSlowly(
  response: ServerResponse,
  answer: WireResponse,
  ids: Readonly<Record<string, string>>,
  how: Slowness,
): Promise<void> {
  const body = await wholeOf(answer.body);
  writeHead(response, { ...answer, body, headers: { ...answer.headers, 'x-cloud-drip': '1' } }, ids, how.clock.now());
  await trickle(response, body, how);
}

interface Slowness {
  readonly drip: Drip;
  readonly clock: Clock;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** Writes a body piece by piece, below a head that has been written. */
export async function trickle(
  response: ServerResponse,
  body: Uint8Array,
  { drip: { bytes, ms }, clock, signal }: Slowness,
): Promise<void> {
  response.flushHeaders();
  for (let at = 0; at < body.length; at += bytes) {
    await pass(clock, ms, signal);
    if (signal.aborted) return;
    const last = at + bytes >= body.length;
    if (last) response.end(body.subarray(at));
    else response.write(body.subarray(at, at + bytes));
  }
  if (body.length === 0) response.end();
}

function writeHead(
  response: ServerResponse,
  { status, headers, body, cookies }: WireResponse,
  ids: Readonly<Record<string, string>>,
  now: number,
): void {
  const all: Record<string, string | string[]> = {
    date: new Date(now).toUTCString(),
    ...ids,
    ...headers,
    ...(cookies ? { 'set-cookie': [...cookies] } : {}),
  };
  if (body instanceof Uint8Array) all['content-length'] ??= String(body.length);
  else if (body === undefined && status !== 204 && status !== 304) all['content-length'] ??= '0';
  response.writeHead(status, all);
}

async function wholeOf(body: WireResponse['body']): Promise<Uint8Array> {
  if (!(body instanceof Readable)) return body ?? Buffer.alloc(0);
  const parts: Buffer[] = [];
  for await (const part of body as AsyncIterable<Buffer>) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
