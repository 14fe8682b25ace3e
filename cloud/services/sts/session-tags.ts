/**
 * Tags of a session, and those that it hands on to the sessions it begins.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { AwsError, type SessionTerms } from '../../contract.ts';

/** Throws `InvalidParameterValue` for tags that contradict each other or those of the calling session. */
export function sessionTags(
  { Tags = [], TransitiveTagKeys = [] }: AssumeRoleCommandInput,
  calling: SessionTerms | undefined,
): Pick<SessionTerms, 'tags' | 'transitive'> {
  const asked = Tags.map(({ Key, Value }) => ({ Key: Key ?? '', Value: Value ?? '' }));
  if (asked.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) {
    throw invalid('Tag keys that begin with aws: are reserved for internal use.');
  }
  const keys = new Set(asked.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < asked.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (TransitiveTagKeys.some((key) => !keys.has(key.toLowerCase()))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.');
  }
  const handedOn = calling?.transitive ?? [];
  if (handedOn.some((key) => keys.has(key.toLowerCase()))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const inherited = (calling?.tags ?? []).filter(({ Key }) => handedOn.includes(Key.toLowerCase()));
  return {
    tags: [...inherited, ...asked],
    transitive: [...handedOn, ...TransitiveTagKeys.map((key) => key.toLowerCase())],
  };
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message, 400);
