/**
 * `#names` and `:values` of one request, which its expressions share: each must be used by one of them.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../contract.ts';
import { validation } from '../errors.ts';
import { checkValue } from '../value/value.ts';

export class Placeholders {
  private readonly names: ReadonlyMap<string, string>;
  private readonly values: ReadonlyMap<string, AttributeValue>;
  private readonly used = new Set<string>();

  private constructor(names: Record<string, string> | undefined, values: Record<string, AttributeValue> | undefined) {
    this.names = new Map(Object.entries(names ?? {}).map(([key, name]) => [key, checkName(key, name)]));
    this.values = new Map(Object.entries(values ?? {}).map(([key, value]) => [key, checkPlaceheld(key, value)]));
  }

  /**
   * `expressions`: those of the request by their parameters' names; placeholders without any expression are refused.
   * `valued`: those that may hold `:values`. Throws `ValidationException`.
   */
  static of(
    input: {
      readonly ExpressionAttributeNames?: Record<string, string> | undefined;
      readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
    },
    expressions: readonly (string | undefined)[],
    valued: Readonly<Record<string, string | undefined>> = {},
  ): Placeholders {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    if (names && expressions.every((expression) => expression === undefined)) {
      throw validation('ExpressionAttributeNames can only be specified when using expressions');
    }
    if (values && Object.values(valued).every((expression) => expression === undefined)) {
      const parameters = Object.keys(valued);
      throw validation(
        `ExpressionAttributeValues can only be specified when using expressions: ${parameters.join(' and ')} ` +
          `${parameters.length > 1 ? 'are' : 'is'} null`,
      );
    }
    if (names && Object.keys(names).length === 0) throw validation('ExpressionAttributeNames must not be empty');
    if (values && Object.keys(values).length === 0) throw validation('ExpressionAttributeValues must not be empty');
    return new Placeholders(names, values);
  }

  /** The attribute's name behind `#key`; `undefined` where the request has none. */
  name(key: string): string | undefined {
    this.used.add(key);
    return this.names.get(key);
  }

  value(key: string): AttributeValue | undefined {
    this.used.add(key);
    return this.values.get(key);
  }

  /** To be called when all expressions are parsed. Throws `ValidationException`. */
  assertAllUsed(): void {
    for (const [parameter, given] of [
      ['ExpressionAttributeNames', this.names],
      ['ExpressionAttributeValues', this.values],
    ] as const) {
      const unused = [...given.keys()].filter((key) => !this.used.has(key));
      if (unused.length > 0) {
        throw validation(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`);
      }
    }
  }
}

function checkName(key: string, name: string): string {
  if (!/^#[A-Za-z0-9_]+$/.test(key)) {
    throw validation(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`);
  }
  if (typeof name !== 'string') throw new AwsError('SerializationException', 'Unexpected value type in payload', 400);
  if (name === '')
    throw validation(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${key}`);
  return name;
}

function checkPlaceheld(key: string, value: AttributeValue): AttributeValue {
  if (!/^:[A-Za-z0-9_]+$/.test(key)) {
    throw validation(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`);
  }
  try {
    return checkValue(value);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
    if (error.message.startsWith('Nesting')) throw error;
    throw validation(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}
