import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Lease } from './leader.ts';
import { dynamodb, item } from './rows.ts';

export type Published = 'published' | 'already' | 'deposed';

export async function publish({ me, term }: Lease, page: string, text: string): Promise<Published> {
  // The fence: DynamoDB looks at the term when it writes the page. No clock is asked, and nothing lies between the two.
  const stillMine = {
    TableName: process.env.LEADERS!,
    Key: item({ pk: 'digest' }),
    ConditionExpression: 'term = :term',
    ExpressionAttributeValues: item({ ':term': term }),
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
    const reasons = reasonsOf(error);
    const [, isNew] = reasons.map((reason) => reason !== 'ConditionalCheckFailed');
    if (isNew === false) return 'already';
    if (reasons.length > 0) return 'deposed';
    throw error;
  }
}

/** Why a transaction was cancelled, action by action: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const reasonsOf = (error: unknown): (string | undefined)[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code) : [];
