/**
 * One bucket and what is in it: a pure state machine. A key has versions, the newest first; without versioning there is one of
 * them at most, called `null`. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { BucketLocationConstraint, BucketVersioningStatus, NotificationConfiguration } from '@aws-sdk/client-s3';
import type { Millis } from '../../contract.ts';
import { CompletedUploads } from './completed-uploads.ts';
import {
  type DeleteMarker,
  isObject,
  type NewObject,
  type ObjectVersion,
  type StoredObject,
  type Upload,
} from './store.ts';
import type { Tag } from './tags.ts';

/** The version of what was written without versions, or while they rested. */
export const NULL = 'null';
const RANDOM_BYTES = 20;

/** An id ends with a checksum of itself: AWS, too, tells one that it has given from one that somebody made up or changed. */
const newVersionId = (): string => asVersionId(randomBytes(RANDOM_BYTES));
const asVersionId = (random: Uint8Array): string => {
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(random));
  return Buffer.concat([random, check]).toString('base64').replaceAll('+', '.').replaceAll('/', '_');
};

export const isVersionId = (text: string): boolean =>
  text === NULL ||
  text === asVersionId(Buffer.from(text.replaceAll('.', '+').replaceAll('_', '/'), 'base64').subarray(0, RANDOM_BYTES));

export class Bucket {
  /** The newest version of each key, but for those that a delete marker hides. */
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Upload>();
  readonly completedUploads = new CompletedUploads();
  policy: string | undefined;
  /** Undefined until it has been set: there is no way back to that. */
  versioning: BucketVersioningStatus | undefined;
  /** What its creator called the region, which may be an older name: `EU`. */
  location: BucketLocationConstraint | undefined;
  tags: readonly Tag[] = [];
  notifications: NotificationConfiguration = {};
  private readonly versions = new Map<string, readonly ObjectVersion[]>();
  private sorted: { all?: string[]; visible?: string[] } = {};

  constructor(
    readonly name: string,
    readonly accountId: string,
    readonly region: string,
    readonly createdAt: Millis,
  ) {}

  get isEmpty(): boolean {
    return this.versions.size === 0;
  }

  put(given: NewObject): StoredObject {
    const object = { ...given, versionId: this.nextVersionId() };
    this.add(object);
    return object;
  }

  /** Hides a key: what a deletion that names no version does where there are versions. */
  mark(key: string, now: Millis): DeleteMarker {
    const marker = { key, versionId: this.nextVersionId(), modifiedAt: now };
    this.add(marker);
    return marker;
  }

  /** Deletes a version for good; what is below it comes to light. */
  remove(key: string, versionId: string): ObjectVersion | undefined {
    const all = this.versionsOf(key);
    const removed = all.find((version) => version.versionId === versionId);
    if (removed) {
      this.hold(
        key,
        all.filter((version) => version !== removed),
      );
    }
    this.interfere(key);
    return removed;
  }

  /** The newest first. */
  versionsOf(key: string): readonly ObjectVersion[] {
    return this.versions.get(key) ?? [];
  }

  keys(): readonly string[] {
    this.sorted.visible ??= inOrder(this.objects.keys());
    return this.sorted.visible;
  }

  /** Those too that a delete marker hides. */
  allKeys(): readonly string[] {
    this.sorted.all ??= inOrder(this.versions.keys());
    return this.sorted.all;
  }

  private nextVersionId(): string {
    return this.versioning === 'Enabled' ? newVersionId() : NULL;
  }

  /** There is one `null` at a time. */
  private add(version: ObjectVersion): void {
    const others = this.versionsOf(version.key).filter(({ versionId }) => versionId !== version.versionId);
    this.hold(version.key, [version, ...others]);
    this.interfere(version.key);
  }

  private hold(key: string, versions: readonly ObjectVersion[]): void {
    const [newest] = versions;
    const before = [this.versions.has(key), this.objects.has(key)];
    if (newest) this.versions.set(key, versions);
    else this.versions.delete(key);
    if (isObject(newest)) this.objects.set(key, newest);
    else this.objects.delete(key);
    if (this.versions.has(key) !== before[0] || this.objects.has(key) !== before[1]) this.sorted = {};
  }

  private interfere(key: string): void {
    for (const upload of this.uploads.values()) if (upload.key === key) upload.interfered = true;
  }
}

/** Keys are listed in the order of their UTF-8 bytes. */
const inOrder = (keys: Iterable<string>): string[] =>
  [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
