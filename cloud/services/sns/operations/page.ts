/** Lists come a hundred at a time: https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
import { invalidParameter } from '../errors.ts';

const PAGE = 100;

/** Throws `InvalidParameter` for a token that is none. */
export function pageOf<T>(all: readonly T[], token: string | undefined): { page: T[]; next: { NextToken?: string } } {
  if (token !== undefined && !/^\d+$/.test(token)) throw invalidParameter('NextToken');
  const from = Number(token ?? 0);
  const to = from + PAGE;
  return { page: all.slice(from, to), next: to < all.length ? { NextToken: String(to) } : {} };
}
