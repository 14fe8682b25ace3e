/**
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html and
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
 */
import type {
  DescribeTableCommandInput,
  DescribeTableCommandOutput,
  ListTablesCommandInput,
  ListTablesCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { authorize, tableOf } from '../access.ts';
import { Constraints } from '../constraints.ts';
import type { Tables } from '../tables.ts';

const MOST_LISTED = 100;

export const describeTable =
  (tables: Tables): Operation<DescribeTableCommandInput, DescribeTableCommandOutput> =>
  (input, call) => {
    new Constraints().tableName(input.TableName).check();
    return { Table: tableOf(tables, call, input.TableName!).describe(tables.now) };
  };

export const listTables =
  (tables: Tables): Operation<ListTablesCommandInput, ListTablesCommandOutput> =>
  (input, call) => {
    const { Limit = MOST_LISTED, ExclusiveStartTableName: start } = input;
    const constraints = new Constraints().within('limit', Limit, 1, MOST_LISTED);
    if (start !== undefined) constraints.tableName(start, 'exclusiveStartTableName');
    constraints.check();
    authorize(call, '*');
    const names = tables.names(call.accountId).filter((name) => start === undefined || name > start);
    const page = names.slice(0, Limit);
    return { TableNames: page, ...(names.length > Limit ? { LastEvaluatedTableName: page.at(-1)! } : {}) };
  };
