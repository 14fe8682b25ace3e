import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Lease } from './leader.ts';
import { dynamodb, get, isRefused, item } from './rows.ts';

export type Published = 'published' | 'already' | 'deposed';

export async function publish({ me, term }: Lease, page: string, text: string): Promise<Published> {
  const leader = await get(process.env.LEADERS!, { pk: 'digest' });
  if (leader?.term !== term) return 'deposed';
  try {
    const Item = item({ pk: page, me, term, text });
    const ConditionExpression = 'attribute_not_exists(pk)';
    await dynamodb.send(new PutItemCommand({ TableName: process.env.DIGEST!, Item, ConditionExpression }));
    return 'published';
  } catch (error) {
    if (isRefused(error)) return 'already';
    throw error;
  }
}
