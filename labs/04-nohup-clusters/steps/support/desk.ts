/** Step 4.8: the learner's lease.ts and commit.ts behind a function, as workers at several desks would use them. */
import { NoSuchKey } from '@aws-sdk/client-s3';
import type { Check, Invocation } from '../../../../workbook/kit/contract.ts';
import { json } from '../../../support/buckets.ts';
import { stores } from './stores.ts';

/** A lease as it comes out of the desk; whatever else is in it goes back in unseen. */
export interface Lease {
  readonly bunch?: unknown;
  readonly token?: unknown;
  readonly until?: unknown;
}

export async function desk(t: Check) {
  const kept = await stores(t);
  const { bucket, run, table, policy, state } = kept;
  const deployed = await t.deploy('desk.ts', { environment: { RUN: run, BUCKET: bucket, TABLE: table }, policy });

  const answered = (invocation: Invocation): unknown => {
    t.succeeded(invocation);
    return invocation.value;
  };
  const ask = async (event: object): Promise<unknown> => answered(await deployed.invoke(event));
  /** The answer to the first of these writes that comes gets lost, while `act` goes on. */
  async function losing<T>(writes: readonly object[], act: () => Promise<T>): Promise<T> {
    const faults: string[] = [];
    for (const write of writes) {
      const fault = { service: 's3', ...write, nth: 1, effect: { kind: 'lost-reply' } } as const;
      faults.push(await t.faults.add(fault));
    }
    const result = await act();
    for (const fault of faults) await t.faults.remove(fault);
    return result;
  }

  return {
    ...kept,
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
    /** What was written of a file; undefined where nothing was. */
    committed: (key: string) => json(t, bucket, `${run}/done/${key}.json`).catch(nothing),
    /** Makes every call that has to do with leases slow, so that others come in between two of them. */
    async slow(): Promise<void> {
      for (const store of state) await t.faults.add({ ...store, effect: { kind: 'latency', ms: 200 } });
    },
    /** The answer to the next write of a lease gets lost. */
    losingOfLease: <T>(act: () => Promise<T>): Promise<T> =>
      losing(
        state.flatMap((store) =>
          (store.service === 's3' ? ['PutObject'] : ['PutItem', 'UpdateItem']).map((operation) => ({
            ...store,
            operation,
          })),
        ),
        act,
      ),
    /** The answer to the next write of what came of this file gets lost. */
    losingOf: <T>(key: string, act: () => Promise<T>): Promise<T> =>
      losing([{ operation: 'PutObject', resource: `${bucket}/${run}/done/${key}.json` }], act),
  };
}

function nothing(error: unknown): undefined {
  if (!(error instanceof NoSuchKey)) throw error;
}
