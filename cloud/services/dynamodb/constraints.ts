/**
 * The checks that DynamoDB's API model makes before anything else; it tells of all violations at once.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
 */
import { validation } from './errors.ts';

/** The members of these enumerations, in the order in which AWS's messages list them. */
const ENUMS = {
  returnConsumedCapacity: ['INDEXES', 'TOTAL', 'NONE'],
  returnItemCollectionMetrics: ['SIZE', 'NONE'],
  returnValues: ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'],
  returnValuesOnConditionCheckFailure: ['ALL_OLD', 'NONE'],
  select: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'],
  billingMode: ['PROVISIONED', 'PAY_PER_REQUEST'],
  keyType: ['HASH', 'RANGE'],
  attributeType: ['B', 'N', 'S'],
  streamViewType: ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'],
  shardIteratorType: ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'],
  projectionType: ['ALL', 'INCLUDE', 'KEYS_ONLY'],
} as const;

export class Constraints {
  private readonly violations: string[] = [];

  required(member: string, value: unknown): this {
    if (value == null) this.violate(member, value, 'Member must not be null');
    return this;
  }

  /** `member`: where the value stands; `of`: the enumeration, where its name is not the member's. */
  oneOf(member: string, value: unknown, of: keyof typeof ENUMS = member as keyof typeof ENUMS): this {
    const allowed: readonly string[] = ENUMS[of];
    if (value != null && !allowed.includes(String(value))) {
      this.violate(member, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
    }
    return this;
  }

  within(member: string, value: number | undefined, least: number, most = Number.POSITIVE_INFINITY): this {
    if (value == null) return this;
    if (value < least) this.violate(member, value, `Member must have value greater than or equal to ${least}`);
    if (value > most) this.violate(member, value, `Member must have value less than or equal to ${most}`);
    return this;
  }

  length(member: string, value: string | readonly unknown[] | undefined, least: number, most: number): this {
    if (value == null) return this;
    const shown = typeof value === 'string' ? value : `[${value.map(show).join(', ')}]`;
    if (value.length < least) this.violate(member, shown, `Member must have length greater than or equal to ${least}`);
    if (value.length > most) this.violate(member, shown, `Member must have length less than or equal to ${most}`);
    return this;
  }

  tableName(value: string | undefined, member = 'tableName'): this {
    this.required(member, value);
    if (value == null) return this;
    if (!/^[a-zA-Z0-9_.:/-]+$/.test(value)) {
      this.violate(member, value, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
    }
    return this.length(member, value, 3, value.startsWith('arn:') ? 1024 : 255);
  }

  indexName(member: string, value: string | undefined): this {
    if (value != null && !/^[a-zA-Z0-9_.-]+$/.test(value)) {
      this.violate(member, value, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
    }
    return this.length(member, value, 3, 255);
  }

  violate(member: string, value: unknown, why: string): void {
    const shown = value == null ? 'null' : `'${show(value)}'`;
    this.violations.push(`Value ${shown} at '${member}' failed to satisfy constraint: ${why}`);
  }

  /** Throws `ValidationException` when there was any violation. */
  check(): void {
    const count = this.violations.length;
    if (count === 0) return;
    throw validation(`${count} validation error${count > 1 ? 's' : ''} detected: ${this.violations.join('; ')}`);
  }
}

const show = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
