/** One page of a list of keys: objects, versions and uploads are listed alike. */
import { encode } from '../../wire/request.ts';
import { invalidArgument } from './errors.ts';

const MOST = 1000;

export interface Page {
  readonly contents: readonly string[];
  readonly prefixes: readonly string[];
  /** Last key or common prefix of the page, when there is more. */
  readonly more: string | undefined;
}

export interface Wanted {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly after: string;
  readonly max: number;
}

/** Keys after `after`, folded at `delimiter`: a common prefix counts once, like a key. `keys` are in order. */
export function page(keys: readonly string[], { prefix, delimiter, after, max }: Wanted): Page {
  const contents: string[] = [];
  const prefixes: string[] = [];
  const marker = Buffer.from(after);
  let last: string | undefined;
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const folded = at < 0 ? undefined : key.slice(0, at + delimiter!.length);
    const name = folded ?? key;
    if (folded !== undefined && (folded === prefixes.at(-1) || (after !== '' && after.startsWith(folded)))) continue;
    if (after !== '' && Buffer.compare(Buffer.from(name), marker) <= 0) continue;
    if (contents.length + prefixes.length >= max) return { contents, prefixes, more: max === 0 ? undefined : last };
    (folded === undefined ? contents : prefixes).push(name);
    last = name;
  }
  return { contents, prefixes, more: undefined };
}

/** A page has a thousand entries at most. Throws `InvalidArgument`. */
export function limitOf(wanted: number | undefined, argument: string): number {
  if (wanted !== undefined && wanted < 0) {
    throw invalidArgument(`Argument ${argument} must be an integer between 0 and 2147483647`, argument, String(wanted));
  }
  return Math.min(wanted ?? MOST, MOST);
}

/** How names are spelled in the answer. Throws `InvalidArgument`. */
export function namer(encoding: string | undefined): (text: string) => string {
  if (encoding === undefined) return (text) => text;
  if (encoding === 'url') return (text) => encode(text).replaceAll('%2F', '/').replaceAll('%20', '+');
  throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
}

export const tokenFor = (key: string): string => Buffer.from(key).toString('base64url');

/** Throws `InvalidArgument`. */
export function afterToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString('utf8');
  if (token === '' || tokenFor(key) !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
  }
  return key;
}
