/**
 * Tokens of pages of events. None of them is a number of events to leave out: each says behind which the next page begins, so that
 * none is skipped or told twice when others come between two pages.
 */
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
