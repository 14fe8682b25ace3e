/** What a tag may be. Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
import type { Tag } from '@aws-sdk/client-ec2';
import { AwsError } from '../../contract.ts';
import { invalidValue, missing } from './errors.ts';

const MOST_TAGS = 50;

export function checkTags(tags: readonly Tag[]): void {
  for (const { Key, Value = '' } of tags) {
    if (Key === undefined) throw missing('Tag.Key');
    if (Key === '') throw invalidValue('Tag key cannot be null or empty.');
    if (Key.toLowerCase().startsWith('aws:')) {
      throw invalidValue(`Tag keys starting with 'aws:' are reserved for internal use`);
    }
    if (Key.length > 127) throw invalidValue(`Tag key exceeds the maximum length of 127 characters`);
    if (Value.length > 255) throw invalidValue(`Tag value exceeds the maximum length of 255 characters`);
  }
}

/** Puts tags on. Throws `TagLimitExceeded`. */
export function putTags(on: Map<string, string>, tags: readonly Tag[]): void {
  const all = new Set([...on.keys(), ...tags.map(({ Key }) => Key!)]);
  if (all.size > MOST_TAGS) {
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
  for (const { Key, Value } of tags) on.set(Key!, Value ?? '');
}
