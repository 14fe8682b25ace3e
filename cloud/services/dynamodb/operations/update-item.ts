/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
import type { ReturnValue, UpdateItemCommandInput, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { project } from '../expression/projection.ts';
import type { Path } from '../expression/tree.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Tables } from '../tables.ts';
import type { Item } from '../value/value.ts';
import { updateOf } from './change.ts';
import { checkWrite, write } from './write.ts';

/** Changes an item, or creates it where there is none. */
export const updateItem =
  (tables: Tables): Operation<UpdateItemCommandInput, UpdateItemCommandOutput> =>
  (input, call) => {
    checkWrite(input, 'key', input.Key);
    refuseLegacy(input);
    const update = updateOf(input);
    const change = update(servingTable(tables, call, input.TableName!));
    const { before, after, told } = write(tables, change, input, call.traceId);
    const Attributes = returned(input.ReturnValues, change.paths, before, after!);
    return { ...(Attributes && Object.keys(Attributes).length > 0 ? { Attributes } : {}), ...told };
  };

function returned(
  wanted: ReturnValue | undefined,
  paths: readonly Path[],
  before: Item | undefined,
  after: Item,
): Item | undefined {
  switch (wanted) {
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return before && project(before, paths);
    case 'UPDATED_NEW':
      return project(after, paths);
    default:
      return undefined;
  }
}
