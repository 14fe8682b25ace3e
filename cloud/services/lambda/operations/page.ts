/** Lists come in pages: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
import type { Call } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { type Key, page } from '../../../core/pages.ts';
import { invalidParameter } from '../errors.ts';

interface Asked {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** What most lists show unless told, and at most. */
export const PAGE = { size: 50, most: 10_000 } as const;

/** Throws `InvalidParameterValueException` for a marker that is none, `ValidationException` for a size out of bounds. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => Key,
  { Marker, MaxItems }: Asked,
  { size, most }: { readonly size: number; readonly most: number },
  call: Call,
): { readonly items: T[]; readonly next: { readonly NextMarker?: string } } {
  new Constraints().check(MaxItems, 'maxItems', { range: [1, most] }).enforce();
  const part = { token: Marker || undefined, size: MaxItems ?? size, call };
  const { items, next } = page(all, keyOf, part, () => invalidParameter('Invalid pagination token.'));
  return { items, next: next === undefined ? {} : { NextMarker: next } };
}

/** The place of a version among those of its function: `$LATEST` before all. */
export const versionKey = (version: string | undefined): number => Number(version) || 0;
