/** What the tests over whole clients share: random values for a schema, drawn from a seed, and their way over the wire. */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { HttpRequest } from '@smithy/types';
import type { Binding, OperationShape, ServiceShape } from './describe.ts';
import { encode, parseQuery, type WireRequest } from './request.ts';

/** mulberry32: a small generator with a known period; enough for test data. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const words = ['alpha', 'b c', 'd+e', 'ü & ß', '<tag>', '100%', 'a/b', '"q"', '7'];

export class Sampler {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = random(seed);
  }

  /** A value of every required member, and of most others. Headers and labels get plain text: that wire carries no other. */
  input(schema: NormalizedSchema, bindings: readonly Binding[]): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    if (!schema.isStructSchema()) return value;
    for (const { member, schema: of, required, at } of bindings) {
      const always = required || at === 'status' || at === 'payload' || of.isIdempotencyToken();
      if (!always && this.next() < 0.3) continue;
      if (at === 'status') value[member] = 200;
      else value[member] = this.value(of, 0, at === 'body' || at === 'payload' ? 'body' : 'text');
    }
    return value;
  }

  private integer(to: number): number {
    return Math.floor(this.next() * to);
  }

  private value(schema: NormalizedSchema, depth: number, where: 'body' | 'text'): unknown {
    if (schema.isStructSchema()) return this.struct(schema, depth);
    if (schema.isListSchema()) {
      const member = schema.getValueSchema();
      return Array.from({ length: 1 + this.integer(2) }, () => this.value(member, depth + 1, where));
    }
    if (schema.isMapSchema()) {
      const member = schema.getValueSchema();
      const keys = ['one', 'two'].slice(0, 1 + this.integer(2));
      return Object.fromEntries(keys.map((key) => [key, this.value(member, depth + 1, where)]));
    }
    if (schema.isBlobSchema()) return new Uint8Array([1, 2, 3, this.integer(256)]);
    if (schema.isTimestampSchema()) return new Date(1_700_000_000_000 + this.integer(1_000_000) * 1000);
    if (schema.isBooleanSchema()) return this.next() < 0.5;
    if (schema.isNumericSchema()) return this.integer(1000);
    if (schema.isDocumentSchema()) return { text: 'a', list: [1, true] };
    if ((schema.getMergedTraits() as { mediaType?: string }).mediaType) return '{"a":1}';
    return where === 'body' ? words[this.integer(words.length)]! : `v${this.integer(1000)}`;
  }

  private struct(schema: NormalizedSchema, depth: number): Record<string, unknown> {
    const members = [...schema.structIterator()].filter(([, member]) => !this.endless(member, depth));
    if (schema.isUnionSchema()) {
      const [name, member] = members[this.integer(members.length)] ?? [];
      return name ? { [name]: this.value(member!, depth + 1, 'body') } : {};
    }
    return Object.fromEntries(
      members
        .filter((_, index) => index === 0 || depth < 2 || this.next() < 0.5)
        .map(([name, member]) => [name, this.value(member, depth + 1, 'body')]),
    );
  }

  /** Structures that hold themselves end here. */
  private endless(schema: NormalizedSchema, depth: number): boolean {
    return depth >= 4 && (schema.isStructSchema() || schema.isListSchema() || schema.isMapSchema());
  }
}

/** Event streams are another wire, which this layer does not speak. */
export const speaks = (operation: OperationShape): boolean =>
  ![operation.input, operation.output].some(
    (schema) => schema.isStructSchema() && schema.getEventStreamMember() !== '',
  );

/** The SDK's request as it arrives here. */
export function overTheWire(request: HttpRequest, service: ServiceShape, input: Record<string, unknown>): WireRequest {
  // The SDK puts buckets into the address by a rule set of its own, in a step before this one.
  const bucket = service.name === 's3' && typeof input.Bucket === 'string' ? `/${input.Bucket}` : '';
  const search = Object.entries(request.query ?? {})
    .flatMap(([key, value]) => (Array.isArray(value) ? value : [value]).map((one) => [key, one ?? ''] as const))
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join('&');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: request.method,
    path: bucket + request.path.replace(/^\/\{Bucket\}/, ''),
    search,
    query: parseQuery(search),
    headers: { host: '127.0.0.1:4566', ...headers },
    body: Buffer.from((request.body as string | Uint8Array | undefined) ?? ''),
  };
}
