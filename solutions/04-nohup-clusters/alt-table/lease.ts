/**
 * The same by a table. A counter in the store takes the place of versions: one call looks, decides and counts the token up, and the token
 * that comes of it is the fence.
 */
import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { setting } from './settings.ts';
import type { Lease } from './types.ts';

const table = new DynamoDBClient();

const prefix = (): string => `${setting('RUN')}/lease/`;
const later = (seconds: number): number => Date.now() + seconds * 1000;
const number = (value: number): AttributeValue => ({ N: String(value) });

export async function claim(bunches: readonly string[], holder: string, seconds: number): Promise<Lease | undefined> {
  for (const bunch of bunches) {
    const until = later(seconds);
    const nonce = randomUUID();
    const item = await update(bunch, nonce, {
      UpdateExpression: 'SET ends = :until, holder = :holder, nonce = :nonce ADD given :one',
      ConditionExpression: 'attribute_not_exists(id) OR ends <= :now',
      ExpressionAttributeValues: {
        ':until': number(until),
        ':now': number(Date.now()),
        ':one': number(1),
        ':holder': { S: holder },
        ':nonce': { S: nonce },
      },
    });
    if (item) return { bunch, token: Number(item.given!.N), until };
  }
  return undefined;
}

export async function extend(lease: Lease, seconds: number): Promise<Lease | undefined> {
  const until = later(seconds);
  return (await change(lease, until)) ? { ...lease, until } : undefined;
}

export async function release(lease: Lease): Promise<void> {
  await change(lease, 0);
}

export async function held(): Promise<string[]> {
  const pages = paginateScan(
    { client: table },
    {
      TableName: setting('TABLE'),
      ConsistentRead: true,
      FilterExpression: 'begins_with(id, :prefix) AND ends > :now',
      ExpressionAttributeValues: { ':prefix': { S: prefix() }, ':now': number(Date.now()) },
    },
  );
  const bunches: string[] = [];
  for await (const { Items = [] } of pages) bunches.push(...Items.map(({ id }) => id!.S!.slice(prefix().length)));
  return bunches;
}

/** Sets the end of a lease that is one's own: nobody else has had it since, and it was not handed back. */
async function change({ bunch, token }: Lease, until: number): Promise<boolean> {
  const nonce = randomUUID();
  const item = await update(bunch, nonce, {
    UpdateExpression: 'SET ends = :until, nonce = :nonce',
    ConditionExpression: 'given = :token AND ends > :released',
    ExpressionAttributeValues: {
      ':until': number(until),
      ':token': number(token),
      ':released': number(0),
      ':nonce': { S: nonce },
    },
  });
  return item !== undefined;
}

/** The item after the update, or undefined when its condition does not hold. */
async function update(
  bunch: string,
  nonce: string,
  how: Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'>,
): Promise<Record<string, AttributeValue> | undefined> {
  try {
    const { Attributes } = await table.send(
      new UpdateItemCommand({
        TableName: setting('TABLE'),
        Key: { id: { S: prefix() + bunch } },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...how,
      }),
    );
    return Attributes;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The SDK repeats an update whose answer got lost, and the second one meets the first.
    return error.Item?.nonce?.S === nonce ? error.Item : undefined;
  }
}
