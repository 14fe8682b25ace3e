/** Lists come in pages: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
import type { Call } from '../../../contract.ts';
import { type Key, page } from '../../../core/pages.ts';
import { invalidParameter } from '../errors.ts';

interface Asked {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** `size`: how many where the request does not say. Throws `InvalidParameterValueException` for a marker that is none. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => Key,
  { Marker, MaxItems }: Asked,
  size: number,
  call: Call,
): { readonly items: T[]; readonly next: { readonly NextMarker?: string } } {
  const part = { token: Marker || undefined, size: MaxItems ?? size, call };
  const { items, next } = page(all, keyOf, part, () => invalidParameter('Invalid pagination token.'));
  return { items, next: next === undefined ? {} : { NextMarker: next } };
}

/** The place of a version among those of its function: `$LATEST` before all. */
export const versionKey = (version: string | undefined): number => Number(version) || 0;
