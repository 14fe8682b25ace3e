import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Lease } from './leader.ts';
import { dynamodb, item } from './rows.ts';

export type Published = 'published' | 'already' | 'deposed';

/** Of a transaction that meets another one. */
const ATTEMPTS = 4;

// #region publish
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
  for (let attempt = 1; ; attempt++) {
    try {
      await dynamodb.send(
        new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: stillMine }, { Put: once }] }),
      );
      return 'published';
    } catch (error) {
      const reasons = reasonsOf(error);
      const [leads, isNew] = reasons.map((reason) => reason !== 'ConditionalCheckFailed');
      if (leads === false) return 'deposed';
      if (isNew === false) return 'already';
      // No verdict, and the SDK does not try again.
      if (!reasons.includes('TransactionConflict') || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * 50 * 2 ** attempt);
    }
  }
}

/** Why a transaction was cancelled, action by action: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const reasonsOf = (error: unknown): (string | undefined)[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code) : [];
// #endregion publish
