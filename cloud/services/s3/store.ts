/** Buckets and what is in them: a pure state machine, in memory. Keys are listed in the order of their UTF-8 bytes, as S3 does. */
import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import type { Millis } from '../../contract.ts';
import { noSuchBucket } from './errors.ts';

/** What a client says about an object beside its bytes. */
export interface ObjectHeaders {
  readonly ContentType?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
}

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: Millis;
  readonly headers: ObjectHeaders;
  /** `ChecksumCRC32` and the like, in base64. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly parts?: number;
  tags: readonly { Key: string; Value: string }[];
}

export interface Part {
  readonly number: number;
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: Millis;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  readonly startedAt: Millis;
  readonly parts: Map<number, Part>;
}

export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();
  policy: string | undefined;
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
  }

  delete(key: string): boolean {
    const existed = this.objects.delete(key);
    if (existed) this.sorted = undefined;
    return existed;
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
