/** Lists come a hundred at a time: https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
import type { Call } from '../../../contract.ts';
import { type Key, page } from '../../../core/pages.ts';
import { invalidParameter } from '../errors.ts';

const PAGE = 100;

/** Throws `InvalidParameter` for a token that is none. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => Key,
  token: string | undefined,
  call: Call,
): { readonly items: T[]; readonly next: { readonly NextToken?: string } } {
  const part = { token, size: PAGE, call };
  const { items, next } = page(all, keyOf, part, () => invalidParameter('NextToken'));
  return { items, next: next === undefined ? {} : { NextToken: next } };
}
