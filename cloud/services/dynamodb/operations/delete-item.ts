/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
import type { DeleteItemCommandInput, DeleteItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { validation } from '../errors.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Tables } from '../tables.ts';
import { deletionOf } from './change.ts';
import { checkWrite, write } from './write.ts';

/** Deletes an item; one that is not there is no error. */
export const deleteItem =
  (tables: Tables): Operation<DeleteItemCommandInput, DeleteItemCommandOutput> =>
  (input, call) => {
    checkWrite(input, 'key', input.Key);
    refuseLegacy(input);
    if (!['NONE', 'ALL_OLD'].includes(input.ReturnValues ?? 'NONE')) {
      throw validation('Return values set to invalid value');
    }
    const deletion = deletionOf(input);
    const { before, told } = write(tables, deletion(servingTable(tables, call, input.TableName!)), input, call.traceId);
    return { ...(input.ReturnValues === 'ALL_OLD' && before ? { Attributes: before } : {}), ...told };
  };
