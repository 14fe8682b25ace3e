/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
import type { PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { validation } from '../errors.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Tables } from '../tables.ts';
import { putOf } from './change.ts';
import { checkWrite, write } from './write.ts';

export const putItem =
  (tables: Tables): Operation<PutItemCommandInput, PutItemCommandOutput> =>
  (input, call) => {
    checkWrite(input, 'item', input.Item);
    refuseLegacy(input);
    if (!['NONE', 'ALL_OLD'].includes(input.ReturnValues ?? 'NONE')) {
      throw validation('Return values set to invalid value');
    }
    const put = putOf(input);
    const { before, told } = write(tables, put(servingTable(tables, call, input.TableName!)), input, call.traceId);
    return { ...(input.ReturnValues === 'ALL_OLD' && before ? { Attributes: before } : {}), ...told };
  };
