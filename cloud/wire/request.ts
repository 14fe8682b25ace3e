/** An HTTP request as the wire layer works on it: read to its end, headers lower-cased, the path still encoded. */
import type { IncomingMessage } from 'node:http';

export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** As it stands in the URL, without `?`. */
  readonly search: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A request as it came, with the body that was read of it. */
export function requestOf(incoming: IncomingMessage, body: Uint8Array): WireRequest {
  const [path = '/', search = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return { method: incoming.method ?? 'GET', path, search, query: parseQuery(search), headers, body };
}

/** Parses the query as it stands in the URL: `+` is a plus there, unlike in a form. A key without `=` has the value ''. */
export function parseQuery(search: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const part of search.replace(/^\?/, '').split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const key = decode(at < 0 ? part : part.slice(0, at));
    const value = at < 0 ? '' : decode(part.slice(at + 1));
    query.set(key, query.has(key) ? `${query.get(key)},${value}` : value);
  }
  return query;
}

/** Percent-decoding that leaves what is not valid as it stands. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Percent-encoding as SigV4 has it: all but `A-Z a-z 0-9 - . _ ~`. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
