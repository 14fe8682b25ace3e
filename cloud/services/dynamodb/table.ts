/** One table: its description, its states on the clock, its items. */
import type {
  AttributeDefinition,
  BillingMode,
  KeySchemaElement,
  TableDescription,
  TableStatus,
} from '@aws-sdk/client-dynamodb';
import type { Millis } from '../../contract.ts';
import type { KeySchema } from './keys.ts';
import { Partitions } from './partitions.ts';

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
  billingMode: BillingMode = 'PROVISIONED';
  throughput: Throughput = { read: 0, write: 0 };
  deletionProtected = false;
  timeToLive: TimeToLive | undefined;
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
    readonly attributes: readonly AttributeDefinition[],
    readonly createdAt: Millis,
  ) {
    this.items = new Partitions(schema);
    this.change = { status: 'CREATING', until: createdAt + CHANGE_TIME };
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

  begin(status: 'UPDATING' | 'DELETING', now: Millis): Millis {
    this.change = { status, until: now + CHANGE_TIME };
    return this.change.until;
  }

  bill(mode: BillingMode, throughput: Throughput, now: Millis): void {
    const before = this.throughput;
    if (throughput.read > before.read || throughput.write > before.write) this.increased = now;
    if (throughput.read < before.read || throughput.write < before.write) this.decreased = now;
    if (mode === 'PAY_PER_REQUEST' && this.billingMode !== mode) this.onDemandSince = now;
    this.billingMode = mode;
    this.throughput = throughput;
  }

  describe(now: Millis): TableDescription {
    const { read, write } = this.throughput;
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
}
