/**
 * Step 3.3: one effective run (see nightly.ts for what runs)
 *
 * A lease is a lock that ends by itself. It is kept in the DynamoDB table LEASES, as one item for each job (partition key
 * `job`); what else is in that item is yours to decide. nightly.ts uses these two functions. No grader calls them, so you
 * may give them other names and shapes.
 *
 *   - While somebody has the lease of a job, nobody else gets it.
 *   - It ends after so many seconds, whatever became of its holder. Nobody has to clean up after a crash.
 *   - Each time that it is given, it comes with a token that is one greater than the last time. The first is 1.
 *   - The SDK repeats a call whose answer got lost. Who has got the lease without being told is not to be refused for it. Where that
 *     counts twice, one token is left out, and nobody minds.
 *   - A holder who is done hands it back, so that nobody waits in vain. But only if it is still theirs: it may have ended,
 *     and somebody else may have got it, while they were busy.
 *
 * All machines that run this have the same time to within much less than a second.
 */
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

export interface Lease {
  readonly job: string;
  readonly token: number;
}

const dynamo = new DynamoDBClient();

/** The lease of the job for so many seconds; undefined while somebody else has it. */
export async function acquire(job: string, seconds: number): Promise<Lease | undefined> {
  // Your part: this takes the lease from whoever has it.
  const lease = { job, token: Date.now() };
  console.log(`${job}: a lease for ${seconds} s`);
  await dynamo.send(new PutItemCommand({ TableName: process.env.LEASES, Item: { job: { S: job } } }));
  return lease;
}

/** Hands the lease back. */
export async function release(lease: Lease): Promise<void> {
  await dynamo.send(new DeleteItemCommand({ TableName: process.env.LEASES, Key: { job: { S: lease.job } } }));
}
