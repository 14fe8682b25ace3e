/**
 * A secondary index: the items of its table that have the index's key, in the order of that key.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html and
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
 */
import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  ProjectionType,
} from '@aws-sdk/client-dynamodb';
import type { Millis } from '../../contract.ts';
import { writeUnits } from './capacity.ts';
import { hasKey, type KeySchema, keyAttributes } from './keys.ts';
import { Partitions } from './partitions.ts';
import type { Throughput } from './table.ts';
import { sameValue } from './value/compare.ts';
import { itemSize } from './value/size.ts';
import type { Item } from './value/value.ts';

export interface IndexDefinition {
  readonly name: string;
  readonly global: boolean;
  readonly keySchema: readonly KeySchemaElement[];
  readonly schema: KeySchema;
  readonly projection: { readonly type: ProjectionType; readonly attributes: readonly string[] };
  readonly throughput: Throughput | undefined;
}

/** What adding an index to a table takes: first for making room for it, then for filling it. */
export const ALLOCATION_TIME: Millis = 1000;
export const BACKFILL_TIME: Millis = 1000;

export class SecondaryIndex {
  readonly items: Partitions;
  throughput: Throughput | undefined;
  /** Undefined: everything. */
  private readonly projected: ReadonlySet<string> | undefined;
  private deleted = false;

  constructor(
    readonly definition: IndexDefinition,
    private readonly arn: string,
    own: KeySchema,
    /** When it begins to be filled, and when it can be read. */
    private readonly backfilledFrom: Millis,
    private readonly activeFrom: Millis,
  ) {
    const { schema, projection, throughput } = definition;
    this.items = new Partitions(schema, own);
    this.throughput = throughput;
    const keys = [...keyAttributes(own), ...keyAttributes(schema)].map(({ name }) => name);
    this.projected = projection.type === 'ALL' ? undefined : new Set([...keys, ...projection.attributes]);
  }

  get name(): string {
    return this.definition.name;
  }

  status(now: Millis): 'CREATING' | 'ACTIVE' | 'DELETING' {
    if (this.deleted) return 'DELETING';
    return now < this.activeFrom ? 'CREATING' : 'ACTIVE';
  }

  beginDeletion(): void {
    this.deleted = true;
  }

  projects(attribute: string): boolean {
    return this.projected?.has(attribute) ?? true;
  }

  /** What the index has of an item. */
  project(item: Item): Item {
    if (!this.projected) return item;
    return Object.fromEntries(Object.entries(item).filter(([name]) => this.projects(name)));
  }

  /**
   * Follows a change of the table. Returns the write units that it costs:
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
   */
  follow(before: Item | undefined, after: Item | undefined): number {
    const old = this.entry(before);
    const fresh = this.entry(after);
    if (old && !(fresh && this.sameKey(old, fresh))) this.items.delete(before!);
    if (fresh) this.items.put(after!, itemSize(fresh));
    if (!old || !fresh) return old || fresh ? writeUnits(itemSize((old ?? fresh)!)) : 0;
    if (!this.sameKey(old, fresh)) return writeUnits(itemSize(old)) + writeUnits(itemSize(fresh));
    return sameValue({ M: old }, { M: fresh }) ? 0 : writeUnits(Math.max(itemSize(old), itemSize(fresh)));
  }

  /** A table that has been there before the index may hold items that are none for it: they stay out. */
  backfill(items: Iterable<Item>): void {
    for (const item of items) this.follow(undefined, item);
  }

  describe(now: Millis): GlobalSecondaryIndexDescription & LocalSecondaryIndexDescription {
    const { keySchema, projection, global, name } = this.definition;
    const { type, attributes } = projection;
    const status = this.status(now);
    return {
      IndexName: name,
      KeySchema: [...keySchema],
      Projection: { ProjectionType: type, ...(type === 'INCLUDE' ? { NonKeyAttributes: [...attributes] } : {}) },
      IndexSizeBytes: this.items.bytes,
      ItemCount: this.items.count,
      IndexArn: this.arn,
      ...(global
        ? {
            IndexStatus: status,
            ...(status === 'CREATING' ? { Backfilling: now >= this.backfilledFrom } : {}),
            ProvisionedThroughput: {
              NumberOfDecreasesToday: 0,
              ReadCapacityUnits: this.throughput?.read ?? 0,
              WriteCapacityUnits: this.throughput?.write ?? 0,
            },
          }
        : {}),
    };
  }

  private entry(item: Item | undefined): Item | undefined {
    return item && this.fits(item) ? this.project(item) : undefined;
  }

  private fits(item: Item): boolean {
    const { schema } = this.definition;
    return hasKey(item, schema) && keyAttributes(schema).every(({ name, type }) => item[name]![type] !== undefined);
  }

  private sameKey(left: Item, right: Item): boolean {
    return keyAttributes(this.definition.schema).every(({ name }) => sameValue(left[name]!, right[name]!));
  }
}
