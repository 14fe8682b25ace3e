import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Lease } from './leader.ts';
import { dynamodb, item } from './rows.ts';

export type Published = 'published' | 'already' | 'deposed';

export async function publish({ me, term, until }: Lease, page: string, text: string): Promise<Published> {
  const stillMine = {
    TableName: process.env.LEADERS!,
    Key: item({ pk: 'digest' }),
    ConditionExpression: '#until <= :until',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: item({ ':until': until }),
  };
  const once = {
    TableName: process.env.DIGEST!,
    Item: item({ pk: page, me, term, text }),
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  try {
    await dynamodb.send(
      new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: stillMine }, { Put: once }] }),
    );
    return 'published';
  } catch (error) {
    const [leads, isNew] = reasonsOf(error).map((reason) => reason !== 'ConditionalCheckFailed');
    if (leads === false) return 'deposed';
    if (isNew === false) return 'already';
    throw error;
  }
}

/** Why a transaction was cancelled, action by action: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const reasonsOf = (error: unknown): (string | undefined)[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code) : [];
