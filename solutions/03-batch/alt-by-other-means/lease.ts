/** Reads the lease, and replaces it if it is still what was read: the token is the version of an optimistic lock. */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

interface State {
  readonly token: number;
  /** An ISO instant, or none when nobody has it. */
  readonly ends?: string;
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
  if (!(await replaced(job, before.token, { token, ends }))) return undefined;
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
async function replaced(job: string, token: number, { token: next, ends }: State): Promise<boolean> {
  const Item = { job: { S: job }, token: { N: String(next) }, ...(ends ? { ends: { S: ends } } : {}) };
  const fresh = token === 0;
  return await ifStill(() =>
    dynamo.send(
      new PutItemCommand({
        TableName,
        Item,
        ConditionExpression: fresh ? 'attribute_not_exists(job)' : '#token = :token',
        ...(fresh
          ? {}
          : {
              ExpressionAttributeNames: { '#token': 'token' },
              ExpressionAttributeValues: { ':token': { N: String(token) } },
            }),
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
