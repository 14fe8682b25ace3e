/** Looks first whether the page is there; then writes it beside the fence in its own table, and asks afterwards what it has become. */
import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Lease } from './leader.ts';
import { dynamodb, get, item } from './rows.ts';

export type Published = 'published' | 'already' | 'deposed';

export async function publish(lease: Lease, page: string, text: string): Promise<Published> {
  const TableName = process.env.DIGEST!;
  if (await get(TableName, { pk: page })) return 'already';
  const { me, term } = lease;
  const TransactItems = [
    {
      ConditionCheck: {
        TableName,
        Key: item({ pk: 'digest' }),
        ConditionExpression: 'term = :term',
        ExpressionAttributeValues: item({ ':term': term }),
      },
    },
    {
      Put: { TableName, Item: item({ pk: page, me, term, text }), ConditionExpression: 'attribute_not_exists(pk)' },
    },
  ];
  try {
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
    return 'published';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    if ((await get(TableName, { pk: 'digest' }))?.term !== term) return 'deposed';
    if (await get(TableName, { pk: page })) return 'already';
    throw error;
  }
}
