/** Step 4.8: the learner's lease.ts and commit.ts behind a function, as workers at several desks would use them. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Check, Invocation, PolicyStatement } from '../../../../workbook/kit/contract.ts';
import { json } from '../../../support/buckets.ts';

/** A lease as it comes out of the desk; whatever else is in it goes back in unseen. */
export interface Lease {
  readonly bunch?: unknown;
  readonly token?: unknown;
  readonly until?: unknown;
}

export interface File {
  readonly key: string;
  readonly eTag: string;
  readonly size: number;
}

/** Milliseconds that creating a table takes. */
const CREATION = 1000;

export async function desk(t: Check) {
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
  const deployed = await t.deploy('desk.ts', {
    environment: { RUN: run, BUCKET: bucket, TABLE: table },
    policy: rights(t, bucket, table),
  });
  /** Whatever leases are kept in. */
  const stores = [
    { service: 's3', resource: `${bucket}/${run}/state/*` },
    { service: 'dynamodb', resource: table },
  ];

  const answered = (invocation: Invocation): unknown => {
    t.succeeded(invocation);
    return invocation.value;
  };
  const ask = async (event: object): Promise<unknown> => answered(await deployed.invoke(event));

  return {
    bucket,
    ask,
    /** Each in an execution environment of its own. */
    askTogether: async (events: readonly object[]): Promise<unknown[]> =>
      (await deployed.invokeTogether(events)).map(answered),
    claim: async (bunches: readonly string[], holder: string, seconds: number): Promise<Lease | null> =>
      (await ask({ op: 'claim', bunches, holder, seconds })) as Lease | null,
    extend: async (lease: Lease | null, seconds: number): Promise<Lease | null> =>
      (await ask({ op: 'extend', lease, seconds })) as Lease | null,
    release: (lease: Lease | null) => ask({ op: 'release', lease }),
    async held(): Promise<unknown> {
      const bunches = await ask({ op: 'held' });
      return Array.isArray(bunches) ? bunches.sort() : bunches;
    },
    done: () => ask({ op: 'done' }),
    keyOf: (key: string): string => `${run}/done/${key}.json`,
    committed: (key: string) => json(t, bucket, `${run}/done/${key}.json`),
    /** How often the object of a file has been written. */
    async writes(key: string): Promise<number> {
      const calls = await t.trace();
      return calls.filter(
        ({ operation, resource, error }) =>
          operation === 'PutObject' && resource === `${bucket}/${run}/done/${key}.json` && !error,
      ).length;
    },
    /** Makes every call that has to do with leases slow, so that others come in between two of them. */
    async slow(): Promise<void> {
      for (const store of stores) await t.faults.add({ ...store, effect: { kind: 'latency', ms: 200 } });
    },
    /** The answer to the next write gets lost: of a lease, or of what came of this file. Call the result when it is over. */
    async loseAnswer(key?: string): Promise<() => Promise<void>> {
      const writes =
        key === undefined
          ? [
              { ...stores[0]!, operation: 'PutObject' },
              { ...stores[1]!, operation: 'PutItem' },
              { ...stores[1]!, operation: 'UpdateItem' },
            ]
          : [{ service: 's3', operation: 'PutObject', resource: `${bucket}/${run}/done/${key}.json` }];
      const faults: string[] = [];
      for (const write of writes) {
        faults.push(await t.faults.add({ ...write, nth: 1, effect: { kind: 'lost-reply' } }));
      }
      return async () => {
        for (const fault of faults) await t.faults.remove(fault);
      };
    },
  };
}

/** What the programs of a cluster may do with its bucket and its table. */
const rights = ({ accountId }: Check, bucket: string, table: string): PolicyStatement[] => [
  {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'],
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  },
  { Effect: 'Allow', Action: 'dynamodb:*', Resource: `arn:aws:dynamodb:us-east-1:${accountId}:table/${table}` },
];
