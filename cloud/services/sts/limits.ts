/**
 * How much a session may be given. That AWS packs policies and tags together, and refuses what is too large then, is not built:
 * how it packs them is not published.
 * Mirrors https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { AwsError } from '../../contract.ts';
import { constraints } from '../../identity/constraints.ts';

const MOST_TAGS = 50;
const MOST_POLICIES = 10;
const TAG_LETTERS = '\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@';
const KEY = { least: 1, most: 128, pattern: `[${TAG_LETTERS}]+` };
const VALUE = { most: 256, pattern: `[${TAG_LETTERS}]*` };

/** Throws `ValidationError`. */
export function checkLimits({ Policy, PolicyArns, Tags, TransitiveTagKeys }: AssumeRoleCommandInput): void {
  checkLength('policyArns', PolicyArns, MOST_POLICIES);
  checkLength('tags', Tags, MOST_TAGS);
  checkLength('transitiveTagKeys', TransitiveTagKeys, MOST_TAGS);
  const at = (list: string, index: number, member: string) => `${list}.${index + 1}.member${member}`;
  constraints([
    ['policy', Policy, { least: 1, most: 2048 }, 'optional'],
    ...(PolicyArns ?? []).map(
      ({ arn }, index) => [at('policyArns', index, '.arn'), arn, { least: 20, most: 2048 }, 'optional'] as const,
    ),
    ...(Tags ?? []).flatMap(({ Key, Value }, index) => [
      [at('tags', index, '.key'), Key, KEY] as const,
      [at('tags', index, '.value'), Value, VALUE] as const,
    ]),
    ...(TransitiveTagKeys ?? []).map((key, index) => [at('transitiveTagKeys', index, ''), key, KEY] as const),
  ]);
}

function checkLength(member: string, list: readonly unknown[] | undefined, most: number): void {
  if (!list || list.length <= most) return;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
    400,
  );
}
