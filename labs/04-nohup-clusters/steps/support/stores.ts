/** Where the programs of a cluster keep what has to outlive them: a bucket, and a table for those who prefer one. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TraceEntry } from '../../../../cloud/contract.ts';
import type { Check, PolicyStatement } from '../../../../workbook/kit/contract.ts';

/** Milliseconds that creating a table takes. */
const CREATION = 1000;

export interface Stores {
  readonly bucket: string;
  readonly table: string;
  readonly run: string;
  /** What the programs of a run may do with them. */
  readonly policy: readonly PolicyStatement[];
  /** What a fault's service and resource say of the run's own state, wherever it is kept. */
  readonly state: readonly { readonly service: string; readonly resource: string }[];
}

export async function stores(t: Check): Promise<Stores> {
  const [bucket, run, table] = [await t.bucket(), t.seeded.name('run'), t.seeded.name('state')];
  await t.client(DynamoDBClient).send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  await t.clock.advance(CREATION);
  return {
    bucket,
    table,
    run,
    policy: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'],
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      },
      {
        Effect: 'Allow',
        Action: 'dynamodb:*',
        Resource: `arn:aws:dynamodb:us-east-1:${t.accountId}:table/${table}`,
      },
    ],
    state: [
      { service: 's3', resource: `${bucket}/${run}/state/*` },
      { service: 'dynamodb', resource: table },
    ],
  };
}

/** How often the result of a file has been written. */
export async function writesOf(t: Check, { bucket, run }: Stores, key: string): Promise<number> {
  return (await t.trace()).filter(
    ({ operation, resource, error }) =>
      operation === 'PutObject' && resource === `${bucket}/${run}/done/${key}.json` && !error,
  ).length;
}

/** A call is in the trace when it has arrived. Was it carried out? `deadly`: faults that kill who calls before that. */
export const wasMade = ({ error, fault }: Pick<TraceEntry, 'error' | 'fault'>, deadly: ReadonlySet<string>): boolean =>
  error === undefined && !(fault !== undefined && deadly.has(fault));
