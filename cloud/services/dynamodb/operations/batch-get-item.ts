/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
import type { BatchGetItemCommandInput, BatchGetItemCommandOutput, KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import type { Call, Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { readUnits, toldOf, Usage } from '../capacity.ts';
import { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import { project, projectionOf } from '../expression/projection.ts';
import type { Path } from '../expression/tree.ts';
import { checkKey } from '../keys.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import { sameValue } from '../value/compare.ts';
import { checkItem, type Item } from '../value/value.ts';
import { checkRequestItems } from './batch.ts';

const MOST_KEYS = 100;
/** What does not fit into an answer of this size comes back as unprocessed. */
const ANSWER_BYTES = 16 * 1024 * 1024;

interface Wanted {
  readonly given: KeysAndAttributes;
  readonly table: Table;
  readonly keys: readonly Item[];
  readonly paths: readonly Path[] | undefined;
}

export const batchGetItem =
  (tables: Tables): Operation<BatchGetItemCommandInput, BatchGetItemCommandOutput> =>
  (input, call) => {
    const requests = checkRequestItems<KeysAndAttributes>(
      input.RequestItems,
      new Constraints().oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity),
      ({ Keys }) => Keys,
    );
    if (requests.reduce((sum, [, { Keys }]) => sum + Keys!.length, 0) > MOST_KEYS) {
      throw validation('Too many items requested for the BatchGetItem call');
    }
    const answer = {
      Responses: {} as Record<string, Item[]>,
      UnprocessedKeys: {} as Record<string, KeysAndAttributes>,
    };
    const usages: Usage[] = [];
    let bytes = 0;
    for (const [name, wanted] of requests.map(([name, given]) => [name, check(tables, call, name, given)] as const)) {
      const { table, keys, paths, given } = wanted;
      const found: Item[] = [];
      const usage = new Usage(table);
      usages.push(usage);
      for (const [index, key] of keys.entries()) {
        const row = table.items.get(key);
        bytes += row?.size ?? 0;
        if (bytes > ANSWER_BYTES) {
          answer.UnprocessedKeys[name] = { ...given, Keys: given.Keys!.slice(index) };
          break;
        }
        usage.add(readUnits(row?.size ?? 0, given.ConsistentRead));
        if (row) found.push(paths ? project(row.item, paths) : row.item);
      }
      answer.Responses[name] = found;
    }
    return { ...answer, ...toldOf(usages, input.ReturnConsumedCapacity) };
  };

/** Everything is checked before anything is read. */
function check(tables: Tables, call: Call, name: string, given: KeysAndAttributes): Wanted {
  refuseLegacy(given);
  for (const key of given.Keys!) checkItem(key);
  const paths = projectionOf(given);
  const table = servingTable(tables, call, name);
  const keys = given.Keys!.map((key) => checkKey(key, table.schema));
  if (keys.some((key, index) => keys.slice(0, index).some((other) => sameValue({ M: key }, { M: other })))) {
    throw validation('Provided list of item keys contains duplicates');
  }
  return { given, table, keys, paths };
}
