/** Lists given out in parts. */
import { AwsError } from '../contract.ts';

/** The part that a token points at, and the token of the next one where there is more. Throws `ValidationException`. */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  limit: number,
): { readonly items: T[]; readonly next?: string } {
  const start =
    token === undefined
      ? 0
      : Number(
          Buffer.from(token, 'base64')
            .toString('utf8')
            .replace(/^from:/, ''),
        );
  if (!Number.isInteger(start) || start < 0) {
    throw new AwsError('ValidationException', 'Parameter NextToken is not valid.', 400);
  }
  const end = start + limit;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { next: Buffer.from(`from:${end}`).toString('base64') } : {}),
  };
}
