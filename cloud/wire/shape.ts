/**
 * Whether what a JSON body holds has the types that the operation's schema asks for. The SDK's decoder does not mind: it is
 * made for what AWS sends, not for what anybody may.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../contract.ts';

type Members = Readonly<Record<string, NormalizedSchema>>;
const known = new WeakMap<object, Members>();

/** Throws `SerializationException`, in the words of AWS's JSON services. */
export function assertShape(schema: NormalizedSchema, value: unknown): void {
  if (value == null || schema.isDocumentSchema()) return;
  if (schema.isStructSchema()) {
    const members = membersOf(schema);
    for (const [name, member] of Object.entries(asRecord(value))) {
      if (Object.hasOwn(members, name)) assertShape(members[name]!, member);
    }
  } else if (schema.isMapSchema()) {
    const member = schema.getValueSchema();
    for (const entry of Object.values(asRecord(value))) assertShape(member, entry);
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw unexpected('Unexpected field type');
    const member = schema.getValueSchema();
    for (const entry of value) {
      if (entry == null) throw unexpected('Unexpected null in a list');
      assertShape(member, entry);
    }
  } else {
    assertScalar(schema, value);
  }
}

/** A structure's members, which the SDK would put together anew for each value. */
function membersOf(schema: NormalizedSchema): Members {
  const key = schema.getSchema() as object;
  const members = known.get(key) ?? schema.getMemberSchemas();
  known.set(key, members);
  return members;
}

function assertScalar(schema: NormalizedSchema, value: unknown): void {
  if (schema.isBlobSchema() || schema.isTimestampSchema()) {
    // The decoder has made bytes and dates of them, or has refused to.
    if (value instanceof Uint8Array || value instanceof Date) return;
    throw unexpected('Unexpected field type');
  }
  if (Array.isArray(value)) throw unexpected('Start of list found where not expected');
  if (schema.isStringSchema()) {
    // Text that holds JSON is an object that stands for a string.
    if (typeof value === 'string' || value instanceof String) return;
    throw unconvertible(value, 'String');
  }
  if (schema.isBooleanSchema() && typeof value !== 'boolean') throw unconvertible(value, 'Boolean');
  if (!schema.isNumericSchema() || typeof value === 'number' || typeof value === 'bigint') return;
  throw unconvertible(value, 'Number');
}

function asRecord(value: unknown): object {
  if (Array.isArray(value)) throw unexpected('Start of list found where not expected');
  if (typeof value !== 'object') throw unexpected('Unexpected field type');
  return value as object;
}

function unconvertible(value: unknown, wanted: string): AwsError {
  if (typeof value === 'object') return unexpected('Start of structure or map found where not expected.');
  const type = typeof value === 'boolean' ? String(value) : typeof value;
  return unexpected(`${type.toUpperCase()}_VALUE cannot be converted to ${wanted}`);
}

const unexpected = (message: string): AwsError => new AwsError('SerializationException', message, 400);
