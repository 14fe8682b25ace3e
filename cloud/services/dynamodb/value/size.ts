/**
 * Sizes in bytes, as DynamoDB counts them for its limits and its capacity units.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './value.ts';

export const MOST_ITEM_BYTES = 400 * 1024;

const utf8 = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Names and values of all attributes. */
export const itemSize = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + valueSize(value), 0);

export function valueSize({ S, N, B, SS, NS, BS, L, M }: AttributeValue): number {
  if (S !== undefined) return utf8(S);
  if (N !== undefined) return numberSize(N);
  if (B !== undefined) return B.length;
  if (SS) return SS.reduce((sum, text) => sum + utf8(text), 0);
  if (NS) return NS.reduce((sum, number) => sum + numberSize(number), 0);
  if (BS) return BS.reduce((sum, blob) => sum + blob.length, 0);
  // Lists and maps: three bytes, and one more for each member.
  if (L) return L.reduce((sum, value) => sum + valueSize(value) + 1, 3);
  if (M) return Object.entries(M).reduce((sum, [name, value]) => sum + utf8(name) + valueSize(value) + 1, 3);
  return 1;
}

/** One byte for two significant digits, one more, and one for a minus. */
function numberSize(number: string): number {
  const digits = number
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}
