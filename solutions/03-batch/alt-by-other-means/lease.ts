/**
 * Reads the lease, and replaces it if it is still what was read: the token is the version of an optimistic lock. Or if it is
 * what is to be written already: the SDK repeats a call whose answer got lost.
 */
import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

interface State {
  readonly token: number;
  /** Until when somebody has it, as an ISO instant, and who: an id for each time that it is taken. Neither when nobody has it. */
  readonly ends?: string;
  readonly owner?: string;
}

const TableName = process.env.LEASES;
const dynamo = new DynamoDBClient();

/** Runs `work` with a token while nobody else has the lease; undefined when somebody has. */
export async function withLease<T>(
  job: string,
  seconds: number,
  work: (token: number) => Promise<T>,
): Promise<T | undefined> {
  const before = await read(job);
  if (before.ends !== undefined && Date.parse(before.ends) > Date.now()) return undefined;
  const token = before.token + 1;
  const ends = new Date(Date.now() + seconds * 1000).toISOString();
  if (!(await replaced(job, before.token, { token, ends, owner: randomUUID() }))) return undefined;
  try {
    return await work(token);
  } finally {
    await replaced(job, token, { token });
  }
}

async function read(job: string): Promise<State> {
  const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key: { job: { S: job } }, ConsistentRead: true }));
  return { token: Number(Item?.token?.N ?? 0), ...(Item?.ends?.S ? { ends: Item.ends.S } : {}) };
}

/** Whether the state with this token was still there to be replaced. */
async function replaced(job: string, token: number, { token: next, ends, owner }: State): Promise<boolean> {
  const Item: Record<string, AttributeValue> = { job: { S: job }, token: { N: String(next) } };
  if (ends && owner) Object.assign(Item, { ends: { S: ends }, owner: { S: owner } });
  return await ifStill(() =>
    dynamo.send(
      new PutItemCommand({
        TableName,
        Item,
        ConditionExpression: `${token === 0 ? 'attribute_not_exists(job)' : '#token = :token'} OR #owner = :owner`,
        ExpressionAttributeNames: { '#owner': 'owner', ...(token === 0 ? {} : { '#token': 'token' }) },
        ExpressionAttributeValues: {
          ':owner': { S: owner ?? 'nobody' },
          ...(token === 0 ? {} : { ':token': { N: String(token) } }),
        },
      }),
    ),
  );
}

/** Whether the condition of this write held. */
export async function ifStill(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
