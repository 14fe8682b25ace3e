/** One table: its description, its states on the clock, its items and what follows them. */
import type {
  AttributeDefinition,
  BillingMode,
  KeySchemaElement,
  TableDescription,
  TableStatus,
} from '@aws-sdk/client-dynamodb';
import type { Millis } from '../../contract.ts';
import { Usage, writeUnits } from './capacity.ts';
import { assertIndexKey, type KeySchema, keyAttributes } from './keys.ts';
import { Partitions, type Row } from './partitions.ts';
import { ALLOCATION_TIME, BACKFILL_TIME, type IndexDefinition, SecondaryIndex } from './secondary-index.ts';
import type { Stream } from './streams/stream.ts';
import type { Item } from './value/value.ts';

export interface Throughput {
  readonly read: number;
  readonly write: number;
}

export interface TimeToLive {
  readonly attribute: string;
  readonly enabled: boolean;
  readonly changedAt: Millis;
}

/** How long creating, updating and deleting a table take. */
const CHANGE_TIME: Millis = 1000;

export class Table {
  readonly items: Partitions;
  readonly tags = new Map<string, string>();
  private readonly indexes = new Map<string, SecondaryIndex>();
  billingMode: BillingMode = 'PROVISIONED';
  throughput: Throughput = { read: 0, write: 0 };
  deletionProtected = false;
  timeToLive: TimeToLive | undefined;
  /** The latest; it may have been turned off. */
  stream: Stream | undefined;
  private change: { readonly status: TableStatus; readonly until: Millis };
  private onDemandSince: Millis | undefined;
  private increased: Millis | undefined;
  private decreased: Millis | undefined;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly id: string,
    readonly schema: KeySchema,
    readonly keySchema: readonly KeySchemaElement[],
    private defined: readonly AttributeDefinition[],
    readonly createdAt: Millis,
    indexes: readonly IndexDefinition[] = [],
  ) {
    this.items = new Partitions(schema);
    this.change = { status: 'CREATING', until: createdAt + CHANGE_TIME };
    for (const index of indexes) this.index(index, createdAt, this.change.until);
  }

  get accountId(): string {
    return this.arn.split(':')[4]!;
  }

  status(now: Millis): TableStatus {
    return now < this.change.until ? this.change.status : 'ACTIVE';
  }

  /** Items can be read and written: from the end of its creation to the beginning of its deletion. */
  serves(now: Millis): boolean {
    return ['ACTIVE', 'UPDATING'].includes(this.status(now));
  }

  /** Attributes that are keys of the table or of an index. */
  get attributes(): readonly AttributeDefinition[] {
    const schemas = [this.schema, ...[...this.indexes.values()].map(({ definition }) => definition.schema)];
    const keys = new Set(schemas.flatMap(keyAttributes).map(({ name }) => name));
    return this.defined.filter(({ AttributeName }) => keys.has(AttributeName!));
  }

  /** An index that is not on its way out. */
  findIndex(name: string, now: Millis): SecondaryIndex | undefined {
    const index = this.indexes.get(name);
    return index?.status(now) === 'DELETING' ? undefined : index;
  }

  allIndexes(): readonly SecondaryIndex[] {
    return [...this.indexes.values()];
  }

  /** The table is busy while room is made for the index, and serves again while it is filled. */
  addIndex(definition: IndexDefinition, defined: readonly AttributeDefinition[], now: Millis): void {
    this.defined = [...new Map([...this.defined, ...defined].map((one) => [one.AttributeName, one])).values()];
    const room = now + ALLOCATION_TIME;
    this.change = { status: 'UPDATING', until: room };
    this.index(definition, room, room + BACKFILL_TIME).backfill([...this.items.scan(0, 1)].map(({ item }) => item));
  }

  /** To be called when the deletion has taken its time. */
  dropIndex(index: SecondaryIndex): void {
    if (this.indexes.get(index.name) === index) this.indexes.delete(index.name);
  }

  /** Throws `ValidationException` for an item that an index cannot take. */
  assertIndexable(item: Item): void {
    for (const { definition } of this.indexes.values()) assertIndexKey(item, definition.schema, definition.name);
  }

  /** Stores an item, and has the indexes follow. */
  put(item: Item): { readonly before: Row | undefined; readonly usage: Usage } {
    const before = this.items.get(item);
    const { size } = this.items.put(item);
    return { before, usage: this.follow(before, { item, size }) };
  }

  remove(key: Item): { readonly before: Row | undefined; readonly usage: Usage } {
    const before = this.items.get(key);
    this.items.delete(key);
    return { before, usage: this.follow(before, undefined) };
  }

  begin(status: 'UPDATING' | 'DELETING', now: Millis): Millis {
    this.change = { status, until: now + CHANGE_TIME };
    return this.change.until;
  }

  bill(mode: BillingMode, throughput: Throughput, now: Millis): void {
    const before = this.throughput;
    // What a table begins with is no increase (recorded: test_batch_write_items_streaming).
    const begun = before.read > 0;
    if (begun && (throughput.read > before.read || throughput.write > before.write)) this.increased = now;
    if (throughput.read < before.read || throughput.write < before.write) this.decreased = now;
    if (mode === 'PAY_PER_REQUEST' && this.billingMode !== mode) this.onDemandSince = now;
    this.billingMode = mode;
    this.throughput = throughput;
  }

  describe(now: Millis): TableDescription {
    const { read, write } = this.throughput;
    const indexes = (global: boolean) =>
      this.allIndexes()
        .filter(({ definition }) => definition.global === global)
        .map((index) => index.describe(now));
    const [globals, locals] = [indexes(true), indexes(false)];
    return {
      TableName: this.name,
      TableArn: this.arn,
      TableId: this.id,
      TableStatus: this.status(now),
      CreationDateTime: new Date(this.createdAt),
      KeySchema: [...this.keySchema],
      AttributeDefinitions: [...this.attributes],
      ItemCount: this.items.count,
      TableSizeBytes: this.items.bytes,
      DeletionProtectionEnabled: this.deletionProtected,
      ...(this.stream ? { LatestStreamArn: this.stream.arn, LatestStreamLabel: this.stream.label } : {}),
      ...(this.stream?.open
        ? { StreamSpecification: { StreamEnabled: true, StreamViewType: this.stream.viewType } }
        : {}),
      ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
      ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
      ProvisionedThroughput: {
        NumberOfDecreasesToday: 0,
        ReadCapacityUnits: read,
        WriteCapacityUnits: write,
        ...(this.increased === undefined ? {} : { LastIncreaseDateTime: new Date(this.increased) }),
        ...(this.decreased === undefined ? {} : { LastDecreaseDateTime: new Date(this.decreased) }),
      },
      ...(this.onDemandSince === undefined
        ? {}
        : {
            BillingModeSummary: {
              BillingMode: this.billingMode,
              LastUpdateToPayPerRequestDateTime: new Date(this.onDemandSince),
            },
          }),
    };
  }

  private index(definition: IndexDefinition, backfilledFrom: Millis, activeFrom: Millis): SecondaryIndex {
    const arn = `${this.arn}/index/${definition.name}`;
    const index = new SecondaryIndex(definition, arn, this.schema, backfilledFrom, activeFrom);
    this.indexes.set(definition.name, index);
    return index;
  }

  private follow(before: Row | undefined, after: Row | undefined): Usage {
    const usage = new Usage(this).add(writeUnits(Math.max(before?.size ?? 0, after?.size ?? 0)));
    for (const index of this.indexes.values()) usage.addIndex(index, index.follow(before?.item, after?.item));
    return usage;
  }
}
