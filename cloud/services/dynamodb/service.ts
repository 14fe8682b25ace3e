/** What serves the calls of DynamoDB and of its streams. */
import type { Handlers } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import { batchGetItem } from './operations/batch-get-item.ts';
import { batchWriteItem } from './operations/batch-write-item.ts';
import { createTable } from './operations/create-table.ts';
import { deleteItem } from './operations/delete-item.ts';
import { deleteTable } from './operations/delete-table.ts';
import { describeTable, listTables } from './operations/find-tables.ts';
import { getItem } from './operations/get-item.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import { scan } from './operations/scan.ts';
import { listTagsOfResource, tagResource, untagResource } from './operations/tags.ts';
import { describeTimeToLive, updateTimeToLive } from './operations/time-to-live.ts';
import { transactGetItems } from './operations/transact-get-items.ts';
import { transactWriteItems } from './operations/transact-write-items.ts';
import { updateItem } from './operations/update-item.ts';
import { updateTable } from './operations/update-table.ts';
import { streamOperations } from './streams/operations.ts';
import type { Tables } from './tables.ts';

export const openDynamoDb = (tables: Tables): Opened => ({
  handlers: {
    CreateTable: createTable(tables),
    DescribeTable: describeTable(tables),
    ListTables: listTables(tables),
    UpdateTable: updateTable(tables),
    DeleteTable: deleteTable(tables),
    TagResource: tagResource(tables),
    UntagResource: untagResource(tables),
    ListTagsOfResource: listTagsOfResource(tables),
    UpdateTimeToLive: updateTimeToLive(tables),
    DescribeTimeToLive: describeTimeToLive(tables),
    PutItem: putItem(tables),
    GetItem: getItem(tables),
    UpdateItem: updateItem(tables),
    DeleteItem: deleteItem(tables),
    Query: query(tables),
    Scan: scan(tables),
    TransactWriteItems: transactWriteItems(tables),
    TransactGetItems: transactGetItems(tables),
    BatchGetItem: batchGetItem(tables),
    BatchWriteItem: batchWriteItem(tables),
    ...streamOperations(tables),
  } as Handlers,
  reset: (accountId) => tables.reset(accountId),
});
