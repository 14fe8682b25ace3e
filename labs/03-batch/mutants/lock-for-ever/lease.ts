import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

export interface Lease {
  readonly job: string;
  /** Grows by one each time that anybody gets the lease. */
  readonly token: number;
}

const dynamo = new DynamoDBClient();
const names = { '#token': 'token', '#until': 'until' };

/** The job's lease for so many seconds; undefined while somebody else has it. */
export function acquire(job: string, seconds: number): Promise<Lease | undefined> {
  const now = Date.now();
  const owner = randomUUID();
  return unlessRefused(async () => {
    // Looking, taking and counting are one call: between two of them somebody else could come.
    const { Attributes } = await dynamo.send(
      new UpdateItemCommand({
        TableName: process.env.LEASES,
        Key: { job: { S: job } },
        ConditionExpression: 'attribute_not_exists(#until) OR #until = :zero OR #owner = :owner',
        UpdateExpression: 'SET #until = :until, #owner = :owner ADD #token :one',
        ExpressionAttributeNames: { ...names, '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':owner': { S: owner },
          ':zero': { N: '0' },
          ':until': { N: String(now + seconds * 1000) },
          ':one': { N: '1' },
        },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return { job, token: Number(Attributes!.token!.N) };
  });
}

/** Hands the lease back, unless somebody else has it by now. The item stays: the next token counts on from this one. */
export async function release({ job, token }: Lease): Promise<void> {
  await unlessRefused(() =>
    dynamo.send(
      new UpdateItemCommand({
        TableName: process.env.LEASES,
        Key: { job: { S: job } },
        ConditionExpression: '#token = :token',
        UpdateExpression: 'SET #until = :over',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':token': { N: String(token) }, ':over': { N: '0' } },
      }),
    ),
  );
}

/** What a conditional write brings; undefined when its condition does not hold. Every other error is the caller's. */
export async function unlessRefused<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
