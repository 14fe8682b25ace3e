/** Rules for tags, which buckets and objects share. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError } from '../../contract.ts';
import { invalidArgument, invalidTag, malformedXml } from './errors.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const MOST = { object: 10, bucket: 50 };

/** What AWS says of a key that begins as its own do. */
const RESERVED = {
  object: 'Your TagKey cannot be prefixed with aws:',
  bucket: 'System tags cannot be added/updated by requester',
};

/** Throws `MalformedXML`, `InvalidTag`, `BadRequest`. */
export function checkedTags(given: readonly s3.Tag[] | undefined, of: 'object' | 'bucket'): Tag[] {
  const tags = (given ?? []).map(({ Key, Value }) => {
    if (Key === undefined || Value === undefined) throw malformedXml();
    return { Key, Value };
  });
  const seen = new Set<string>();
  for (const { Key: TagKey, Value: TagValue } of tags) {
    if (seen.has(TagKey)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey });
    seen.add(TagKey);
    if (TagKey.startsWith('aws:')) throw invalidTag(RESERVED[of], { TagKey });
    if (TagKey === '' || TagKey.length > LONGEST_KEY || !ALLOWED.test(TagKey)) {
      throw invalidTag('The TagKey you have provided is invalid', { TagKey });
    }
    if (TagValue.length > LONGEST_VALUE || !ALLOWED.test(TagValue)) {
      throw invalidTag('The TagValue you have provided is invalid', { TagKey, TagValue });
    }
  }
  if (tags.length > MOST[of]) {
    const what = of === 'object' ? 'Object tags' : 'Bucket tag count';
    throw new AwsError('BadRequest', `${what} cannot be greater than ${MOST[of]}`, 400);
  }
  return tags;
}

/** Tags as the header `x-amz-tagging` has them. Throws `InvalidArgument` beside what `checkedTags` throws. */
export function tagsOfHeader(header: string | undefined): Tag[] {
  if (!header) return [];
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }));
  const twice = new Set(tags.map(({ Key }) => Key)).size < tags.length;
  if (twice || header.split('&').some((pair) => pair.split('=').length > 2)) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    );
  }
  return checkedTags(tags, 'object');
}
