/**
 * Tokens of pages. None of them is a number of things to leave out: each says behind what the next page begins, so that nothing is
 * skipped or told twice when groups, streams or events come and go between two pages.
 */
import type { Millis } from '../../contract.ts';
import type { Place } from './event-list.ts';
import { invalidToken } from './input.ts';

/** `f`: on to later events, `b`: back to earlier ones. */
export type Direction = 'f' | 'b';

export interface Cursor {
  readonly direction: Direction;
  readonly place: Place;
}

const CURSOR = /^([fb])\/(\d{16})(\d{20})$/;

export const writeCursor = (direction: Direction, { time, sequence }: Place): string =>
  `${direction}/${String(time).padStart(16, '0')}${String(sequence).padStart(20, '0')}`;

/** Throws `InvalidParameterException`. */
export function readCursor(token: string | undefined): Cursor | undefined {
  if (token === undefined) return undefined;
  const [, direction, time, sequence] = CURSOR.exec(token) ?? [];
  if (direction === undefined) throw invalidToken();
  return { direction: direction as Direction, place: { time: Number(time), sequence: Number(sequence) } };
}

/** What the last thing of a page was ordered by: its name, and in some orders a time before that. */
export interface Key {
  readonly time: Millis;
  readonly name: string;
}

/** AWS sorts names by their characters' codes. */
export const compareKeys = (one: Key, other: Key): number =>
  one.time - other.time || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);

/** `order` is told as well: in another one the key means nothing. */
export const writeKey = (order: string, { time, name }: Key): string =>
  Buffer.from(JSON.stringify([order, time, name])).toString('base64url');

/** Throws `InvalidParameterException`. */
export function readKey(order: string, token: string | undefined): Key | undefined {
  if (token === undefined) return undefined;
  const [kind, time, name] = parse(token);
  if (kind !== order || typeof time !== 'number' || typeof name !== 'string') throw invalidToken();
  return { time, name };
}

function parse(token: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(content)) return content;
  } catch {
    // Falls through: what cannot be read is no token.
  }
  throw invalidToken();
}

/** The things behind `after`, as many as a page holds, and the token of the next page where there is one. */
export function pageOf<T>(
  things: readonly T[],
  keyOf: (thing: T) => Key,
  { order, token, limit, descending = false }: PageOptions,
): { readonly page: T[]; readonly nextToken?: string } {
  const after = readKey(order, token);
  const sign = descending ? -1 : 1;
  const left = things
    .map((thing) => ({ thing, key: keyOf(thing) }))
    .filter(({ key }) => after === undefined || compareKeys(key, after) * sign > 0)
    .sort((one, other) => compareKeys(one.key, other.key) * sign);
  const page = left.slice(0, limit);
  return {
    page: page.map(({ thing }) => thing),
    ...(left.length > limit ? { nextToken: writeKey(order, page.at(-1)!.key) } : {}),
  };
}

export interface PageOptions {
  readonly order: string;
  readonly token: string | undefined;
  readonly limit: number;
  readonly descending?: boolean;
}
