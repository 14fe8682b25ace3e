/**
 * Parameters of before expressions: not built, and said so.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
 */
import { notBuilt, validation } from './errors.ts';

const INSTEAD = {
  AttributesToGet: 'ProjectionExpression',
  AttributeUpdates: 'UpdateExpression',
  ConditionalOperator: 'AND and OR',
  Expected: 'ConditionExpression',
  KeyConditions: 'KeyConditionExpression',
  QueryFilter: 'FilterExpression',
  ScanFilter: 'FilterExpression',
} as const;

/** Throws `ValidationException` where they are mixed with expressions, as AWS does, and `NotImplemented` where they are not. */
export function refuseLegacy(input: object): void {
  const given = input as Readonly<Record<string, unknown>>;
  const legacy = Object.keys(INSTEAD).filter((name) => given[name] != null) as (keyof typeof INSTEAD)[];
  if (legacy.length === 0) return;
  const expressions = Object.keys(given)
    .filter((name) => name.endsWith('Expression') && given[name] != null)
    .sort();
  if (expressions.length > 0) {
    throw validation(
      'Can not use both expression and non-expression parameters in the same request: ' +
        `Non-expression parameters: {${legacy.join(', ')}} Expression parameters: {${expressions.join(', ')}}`,
    );
  }
  throw notBuilt(`The legacy parameter ${legacy[0]} (use ${INSTEAD[legacy[0]!]} instead)`);
}
