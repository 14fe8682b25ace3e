/** Lists come in pages: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
import { AwsError, type Call } from '../../contract.ts';
import { type Key, page } from '../../core/pages.ts';
import { constraints } from '../../identity/constraints.ts';

interface Asked {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

interface Told {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** A hundred items unless told. Throws `ValidationError` for a marker that is none. */
export function paged<T>(
  all: readonly T[],
  keyOf: (item: T) => Key,
  { Marker, MaxItems }: Asked,
  call: Call,
): { readonly items: T[]; readonly told: Told } {
  constraints([
    ['maxItems', MaxItems, { from: 1, to: 1000 }, 'optional'],
    ['marker', Marker, { least: 1 }, 'optional'],
  ]);
  const part = { token: Marker, size: MaxItems ?? 100, call };
  const { items, next } = page(all, keyOf, part, () => new AwsError('ValidationError', 'Invalid Marker.', 400));
  return { items, told: { IsTruncated: next !== undefined, ...(next === undefined ? {} : { Marker: next }) } };
}
