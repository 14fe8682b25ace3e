import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, isRefused, item, type Row, row } from './rows.ts';

export interface Lease {
  readonly me: string;
  /** Larger with each new leader. */
  readonly term: number;
  /** Milliseconds since 1970, by the clock of who leads. */
  readonly until: number;
}

export async function lead(me: string, seconds: number): Promise<Lease | undefined> {
  const now = Date.now();
  const until = now + seconds * 1000;
  const row =
    (await change('SET me = :me, #until = :until ADD term :one', 'attribute_not_exists(pk) OR #until <= :now', {
      ':me': me,
      ':until': until,
      ':one': 1,
      ':now': now,
    })) ??
    // Somebody leads. It may be me, also when the answer to the call above was lost and the SDK sent it again.
    (await change('SET #until = :until', 'me = :me', { ':me': me, ':until': until }));
  return row && { me, term: Number(row.term), until };
}

export async function resign({ me }: Lease): Promise<void> {
  // The row stays: with it the terms would begin anew.
  await change('SET #until = :over', 'me = :me', { ':over': 0, ':me': me });
}

/** The row as it is after the change, or undefined where the condition did not hold. */
async function change(what: string, condition: string, values: Row): Promise<Row | undefined> {
  const update = new UpdateItemCommand({
    TableName: process.env.LEADERS!,
    Key: item({ pk: 'digest' }),
    UpdateExpression: what,
    ConditionExpression: condition,
    ExpressionAttributeValues: item(values),
    // A word that DynamoDB keeps for itself.
    ExpressionAttributeNames: { '#until': 'until' },
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes } = await dynamodb.send(update);
    return row(Attributes!);
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}
