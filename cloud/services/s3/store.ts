/** All buckets, in memory, and what is kept of an object. */
import type { ChecksumType, StorageClass } from '@aws-sdk/client-s3';
import type { Millis } from '../../contract.ts';
import type { Bucket } from './bucket.ts';
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
  readonly versionId: string;
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

/** Not yet in a bucket, which gives it its version. */
export type NewObject = Omit<StoredObject, 'versionId'>;

/** Hides the versions below it. */
export type DeleteMarker = Pick<StoredObject, 'key' | 'versionId' | 'modifiedAt'>;

export type ObjectVersion = StoredObject | DeleteMarker;

export const isObject = (version: ObjectVersion | undefined): version is StoredObject =>
  version !== undefined && 'body' in version;

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
