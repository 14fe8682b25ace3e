/** Writes an answer: at once, or in the pieces that a fault makes of it. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../contract.ts';
import type { ServiceShape } from './describe.ts';
import { type Drip, pass } from './faults.ts';
import type { WireResponse } from './respond.ts';

/**
 * S3 tells two of its own, and who it is. boto3 takes the second one, its `HostId`, only from an answer without the name that
 * other services give the first. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
 */
export const idsOf = (shape: ServiceShape | undefined, id: string): Readonly<Record<string, string>> =>
  shape?.name === 's3'
    ? { 'x-amz-request-id': id, 'x-amz-id-2': id, server: 'AmazonS3' }
    : { 'x-amzn-requestid': id, 'x-amz-request-id': id };

export function write(
  response: ServerResponse,
  answer: WireResponse,
  ids: Readonly<Record<string, string>>,
  now: number,
): void {
  writeHead(response, answer, ids, now);
  response.end(answer.body);
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
  writeHead(response, { ...answer, headers: { ...answer.headers, 'x-cloud-drip': '1' } }, ids, how.clock.now());
  await trickle(response, answer.body ?? new Uint8Array(), how);
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
  if (body) all['content-length'] ??= String(body.length);
  else if (status !== 204 && status !== 304) all['content-length'] ??= '0';
  response.writeHead(status, all);
}
