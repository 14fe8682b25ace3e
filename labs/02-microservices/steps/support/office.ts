/** Step 2.6: copies of the feed that would lead and publish, the two tables behind them, and what holds them up. */
import type { Check, Deployed, Invocation, PolicyStatement } from '../../../../workbook/kit/contract.ts';
import { items, type Row, rowOf, table } from '../../../support/tables.ts';

/** A lease as it comes out of a copy; whatever else is in it goes back in unseen. */
export interface Lease {
  readonly me?: unknown;
  readonly term?: unknown;
  readonly until?: unknown;
}

/** What is judged of a lease. */
export const seen = (lease: Lease | null) => lease && { me: lease.me, term: lease.term };

/** Seconds that a copy may take beyond what it is held up. */
const MORE = 60;

export const leading = (me: string, seconds: number, after = 0) => ({ op: 'lead', me, seconds, after });
export const publishing = (lease: Lease | null, page: string, text: string) => ({ op: 'publish', lease, page, text });

export async function office(t: Check) {
  const at = { LEADERS: await table(t, 'leaders', 'pk'), DIGEST: await table(t, 'digest', 'pk') };
  const tables = items(t, Object.values(at));
  const policy: PolicyStatement[] = [tables, { ...tables, Action: 'dynamodb:ConditionCheckItem' }];

  const answered = (invocation: Invocation): unknown => {
    t.succeeded(invocation);
    return invocation.value;
  };

  return {
    /** A copy of the feed, whose clock is ahead by so many milliseconds; `seconds`: how long it may be held up. */
    async copy({ skew = 0, seconds = 0 } = {}) {
      const deployed = await t.deploy('office.ts', { environment: at, timeout: seconds + MORE, policy });
      if (skew !== 0) await wrongClock(t, deployed, skew);
      const ask = async (event: object) => answered(await deployed.invoke(event));
      return {
        lead: async (me: string, lasting: number) => (await ask(leading(me, lasting))) as Lease | null,
        resign: (lease: Lease | null) => ask({ op: 'resign', lease }),
        publish: (lease: Lease | null, page: string, text: string) => ask(publishing(lease, page, text)),
        /** Whatever comes of it. */
        attempt: (event: object): Promise<Invocation> => deployed.invoke(event),
        /** Each in an execution environment of its own. */
        together: async (events: readonly object[]) => (await deployed.invokeTogether(events)).map(answered),
      };
    },
    /** Makes calls that have to do with leaders slow, so that others come in between two of them. */
    async slow(): Promise<void> {
      // A transaction names its tables in its actions, and not as what it acts on.
      for (const which of [{ resource: at.LEADERS }, { operation: 'TransactWriteItems' }])
        await t.faults.add({ service: 'dynamodb', ...which, effect: { kind: 'latency', ms: 200 } });
    },
    /** Holds up the next write of a page: what was sent arrives so many milliseconds later. */
    async holdPage(ms: number): Promise<void> {
      for (const which of [
        { operation: 'PutItem', resource: at.DIGEST },
        { operation: 'UpdateItem', resource: at.DIGEST },
        { operation: 'BatchWriteItem', resource: at.DIGEST },
        { operation: 'TransactWriteItems' },
      ])
        await t.faults.add({ service: 'dynamodb', ...which, nth: 1, effect: { kind: 'latency', ms } });
    },
    /** The next transaction is cancelled, because another one is at work on the same item: nothing is written, and nothing judged. */
    conflict: (): Promise<string> =>
      t.faults.add({
        service: 'dynamodb',
        operation: 'PrepareItem',
        nth: 1,
        effect: { kind: 'error', code: 'TransactionConflict', status: 400 },
      }),
    /** The page as it is in the table, or undefined where there is none. */
    page: (name: string): Promise<Row | undefined> => rowOf(t, at.DIGEST, { pk: name }),
  };
}

const wrongClock = (t: Check, { name }: Deployed, ms: number): Promise<string> =>
  t.faults.add({
    service: 'lambda',
    operation: 'StartEnvironment',
    resource: name,
    effect: { kind: 'skew', ms },
  });
