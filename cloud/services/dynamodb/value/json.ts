/** Items where they are plain JSON, which has no binaries: in members of errors and in events. */
import type { AttributeValue, Item } from './value.ts';

export function forJson(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueForJson(value)]));
}

function valueForJson(value: AttributeValue): unknown {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  if (value.B) return { B: base64(value.B) };
  if (value.BS) return { BS: value.BS.map(base64) };
  if (value.L) return { L: value.L.map(valueForJson) };
  return value.M ? { M: forJson(value.M) } : value;
}
