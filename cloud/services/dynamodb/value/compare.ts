/** Order and equality of attribute values. Strings and binaries are ordered by their bytes, as DynamoDB does. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { parseDecimal, sortableDecimal } from './number.ts';

/** A string that sorts as the value does among values of its type: one character for each byte of strings and binaries. */
export function sortable({ S, N, B }: AttributeValue): string {
  if (S !== undefined) return Buffer.from(S, 'utf8').toString('latin1');
  if (N !== undefined) return sortableDecimal(parseDecimal(N));
  return Buffer.from(B!).toString('latin1');
}

/** Less than, equal to or greater than 0. Only for two strings, two numbers or two binaries. */
export function compareValues(left: AttributeValue, right: AttributeValue): number {
  const [a, b] = [sortable(left), sortable(right)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Equality of checked values: same type, same content; sets without regard to order. */
export function sameValue(left: AttributeValue, right: AttributeValue): boolean {
  const type = Object.keys(left)[0]!;
  if (!(type in right)) return false;
  if (left.B && right.B) return sameBytes(left.B, right.B);
  if (left.BS && right.BS) return sameList(left.BS, right.BS, sameBytes);
  if (left.L && right.L) return sameList(left.L, right.L, sameValue);
  if (left.M && right.M) {
    const [ours, theirs] = [left.M, right.M];
    const names = Object.keys(ours);
    return (
      names.length === Object.keys(theirs).length &&
      names.every((name) => Object.hasOwn(theirs, name) && sameValue(ours[name]!, theirs[name]!))
    );
  }
  if (left.SS && right.SS) return sameList(left.SS, right.SS, Object.is);
  if (left.NS && right.NS) return sameList(left.NS, right.NS, Object.is);
  return Object.values(left)[0] === Object.values(right)[0];
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

const sameList = <T>(left: readonly T[], right: readonly T[], same: (a: T, b: T) => boolean): boolean =>
  left.length === right.length && left.every((member, index) => same(member, right[index]!));
