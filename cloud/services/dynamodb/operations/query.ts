/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
import type { QueryCommandInput, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { validation } from '../errors.ts';
import { meets } from '../expression/evaluate.ts';
import { type KeyCondition, parseKeyCondition } from '../expression/key-condition.ts';
import { Placeholders } from '../expression/placeholders.ts';
import type { KeySchema } from '../keys.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Row } from '../partitions.ts';
import type { Tables } from '../tables.ts';
import { sameValue } from '../value/compare.ts';
import type { Item } from '../value/value.ts';
import { assertNoKeys, checkReading, parseReading, readPage, startKey } from './page.ts';
import { assertReadable, sourceOf } from './source.ts';

export const query =
  (tables: Tables): Operation<QueryCommandInput, QueryCommandOutput> =>
  (input, call) => {
    checkReading(input);
    refuseLegacy(input);
    const { KeyConditionExpression, FilterExpression, ProjectionExpression } = input;
    const placeholders = Placeholders.of(input, [KeyConditionExpression, FilterExpression, ProjectionExpression], {
      FilterExpression,
      KeyConditionExpression,
    });
    if (KeyConditionExpression === undefined) {
      throw validation(
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      );
    }
    const reading = parseReading(input, placeholders);
    const source = sourceOf(tables, call, input);
    const { schema, items } = source;
    const condition = parseKeyCondition(KeyConditionExpression, schema, placeholders);
    placeholders.assertAllUsed();
    assertReadable(source, input, reading);
    assertNoKeys(reading.filter, schema);
    const after = startKey(input.ExclusiveStartKey, source);
    assertWithin(after, condition, schema);
    const rows = items.query({ [schema.hash.name]: condition.hash }, input.ScanIndexForward ?? true, after);
    return readPage(source, matching(rows, condition), input, reading);
  };

function* matching(rows: Iterable<Row>, { range }: KeyCondition): Generator<Row> {
  for (const row of rows) if (!range || meets(range, row.item)) yield row;
}

/** A page can only follow one of the same query. */
function assertWithin(after: Item | undefined, condition: KeyCondition, schema: KeySchema): void {
  if (!after) return;
  if (!sameValue(after[schema.hash.name]!, condition.hash)) {
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  }
  if (condition.range && !meets(condition.range, after)) {
    throw validation('The provided starting key does not match the range key predicate');
  }
}
