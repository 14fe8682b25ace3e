/** Buckets and what is in them: a pure state machine, in memory. Keys are listed in the order of their UTF-8 bytes, as S3 does. */
import type {
  BucketLocationConstraint,
  ChecksumType,
  NotificationConfiguration,
  StorageClass,
} from '@aws-sdk/client-s3';
import type { Millis } from '../../contract.ts';
import type { Algorithm, Checksum } from './checksums.ts';
import { noSuchBucket } from './errors.ts';
import type { Tag } from './tags.ts';

/** What a client says about an object beside its bytes. */
export interface ObjectHeaders {
  readonly ContentType?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
}

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: Millis;
  readonly headers: ObjectHeaders;
  readonly storageClass: StorageClass;
  readonly checksum: Checksum;
  /** Of an object that came in parts, in their order. */
  readonly parts?: readonly ObjectPart[];
  tags: readonly Tag[];
}

export interface ObjectPart {
  readonly number: number;
  readonly size: number;
  /** Where the object's checksum is made of those of its parts. */
  readonly checksum?: Checksum;
}

export interface Part {
  readonly number: number;
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: Millis;
  /** By the upload's algorithm, in base64. */
  readonly checksum?: string;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  readonly storageClass: StorageClass;
  readonly tags: readonly Tag[];
  readonly startedAt: Millis;
  readonly initiator: { readonly ID: string; readonly DisplayName: string };
  /** What the client asked for when it began: without it, parts have no checksums. */
  readonly checksums?: { readonly algorithm: Algorithm; readonly type: ChecksumType };
  readonly parts: Map<number, Part>;
  /** The object of this key was written or deleted since the upload began. */
  interfered: boolean;
}

export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();
  policy: string | undefined;
  /** What its creator called the region, which may be an older name: `EU`. */
  location: BucketLocationConstraint | undefined;
  tags: readonly Tag[] = [];
  notifications: NotificationConfiguration = {};
  private sorted: string[] | undefined;

  constructor(
    readonly name: string,
    readonly accountId: string,
    readonly region: string,
    readonly createdAt: Millis,
  ) {}

  put(object: StoredObject): void {
    if (!this.objects.has(object.key)) this.sorted = undefined;
    this.objects.set(object.key, object);
    this.interfere(object.key);
  }

  delete(key: string): boolean {
    const existed = this.objects.delete(key);
    if (existed) this.sorted = undefined;
    this.interfere(key);
    return existed;
  }

  private interfere(key: string): void {
    for (const upload of this.uploads.values()) if (upload.key === key) upload.interfered = true;
  }

  keys(): readonly string[] {
    this.sorted ??= [...this.objects.keys()].sort((left, right) =>
      Buffer.compare(Buffer.from(left), Buffer.from(right)),
    );
    return this.sorted;
  }
}

export class Store {
  readonly buckets = new Map<string, Bucket>();

  /** Throws `NoSuchBucket`. */
  bucket(name: string | undefined): Bucket {
    const bucket = this.buckets.get(name ?? '');
    if (!bucket) throw noSuchBucket(name ?? '');
    return bucket;
  }

  of(accountId: string): Bucket[] {
    return [...this.buckets.values()]
      .filter((bucket) => bucket.accountId === accountId)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  reset(accountId?: string): void {
    for (const [name, bucket] of this.buckets) {
      if (accountId === undefined || bucket.accountId === accountId) this.buckets.delete(name);
    }
  }
}
