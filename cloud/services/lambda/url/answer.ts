/**
 * What a function has returned, as an HTTP answer.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
import type { WireResponse } from '../../../wire/respond.ts';

interface Told {
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly cookies?: unknown;
  readonly isBase64Encoded?: unknown;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** What the caller sees of a function that has failed, has run out of time, or has answered what is no HTTP answer. */
export const failed = (): WireResponse => ({
  status: 502,
  headers: JSON_TYPE,
  body: Buffer.from('Internal Server Error'),
});

/** A payload without `statusCode` is the body of a 200. */
export function answerOf(payload: string): WireResponse {
  const value: unknown = JSON.parse(payload);
  if (typeof value === 'string') return { status: 200, headers: JSON_TYPE, body: Buffer.from(value) };
  if (value === null || typeof value !== 'object' || !('statusCode' in value)) {
    return { status: 200, headers: JSON_TYPE, body: Buffer.from(payload) };
  }
  return structured(value) ?? failed();
}

function structured(told: Told): WireResponse | undefined {
  const { statusCode, isBase64Encoded } = told;
  const [headers, body, cookies] = [told.headers ?? {}, told.body ?? '', told.cookies ?? []];
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (typeof headers !== 'object' || !Array.isArray(cookies)) return undefined;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    headers: { ...JSON_TYPE, ...namesLowered(headers) },
    body: Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8'),
    ...(cookies.length > 0 ? { cookies: cookies.map(oneLine) } : {}),
  };
}

/** The length of the body is the platform's to tell. */
const OWN = new Set(['content-length', 'connection', 'transfer-encoding', 'x-amzn-requestid', 'date']);

function namesLowered(headers: object): Record<string, string> {
  const told = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), oneLine(value)] as const)
    .filter(([name]) => /^[!#$%&'*+.^`|~\w-]+$/.test(name) && !OWN.has(name));
  return Object.fromEntries(told);
}

/** A line break in a header would begin another. */
const oneLine = (value: unknown): string => String(value).replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
