/** Step 2.3: a feed whose chat is a double, which says and does what the grader wants; and the ways to look at home pages. */
import type { Check, Deployed, Invocation } from '../../../../workbook/kit/contract.ts';
import { putRows } from '../../../support/tables.ts';
import { callsOf, deployFeed, type Promised, tables } from './network.ts';

export interface Seen {
  readonly unread: unknown;
  /** Virtual milliseconds that the page took. */
  readonly duration: number;
}

/** By user: what chat answers, one after the other, the last for ever. */
export type Answers = Readonly<Record<string, readonly unknown[]>>;

type Effect = Parameters<Check['faults']['add']>[0]['effect'];

/** Milliseconds that a page may take beyond its budget: for what it does besides asking. */
const BESIDES = 50;

export async function feedWithDouble(t: Check, answers: Answers, promised: Promised) {
  const at = await tables(t);
  const chat = await t.deploy('chat-double.ts', { environment: { ANSWERS: JSON.stringify(answers) } });
  const feed: Deployed = await deployFeed(t, at, chat.name, promised);
  // feed.ts is not this step's affair: its people are put where it keeps them.
  const profiles = Object.keys(answers).map((user) => ({
    pk: `USER#${user}`,
    sk: 'PROFILE',
    user,
    name: user,
    revision: 1,
  }));
  await putRows(t, at.FEED_TABLE, profiles);

  const seen = (invocation: Invocation): Seen => {
    t.succeeded(invocation, {
      what: 'the home page',
      cause: 'A page without a count is a page; one that fails because chat does is none.',
    });
    const { unread } = (invocation.value ?? {}) as { readonly unread?: unknown };
    const { duration } = invocation;
    t.that(duration <= promised.BUDGET_MS + BESIDES, {
      expected: `the page is there within BUDGET_MS, ${promised.BUDGET_MS} ms`,
      seen: `it took ${Math.round(duration)} ms`,
      cause:
        'Nobody ended a wait, for chat or for FEED_TABLE; or each call and each pause took time of its own, and not of what was left.',
      hint: 1,
    });
    return { unread, duration };
  };

  return {
    feed,
    /** A home page, which has to succeed within its budget. */
    home: async (user: string): Promise<Seen> => seen(await feed.invoke({ op: 'home', user })),
    /** Each call of chat so far that the feed has made: when, in milliseconds. */
    calls: async (): Promise<number[]> =>
      (await callsOf(t, feed, { service: 'lambda', operation: 'Invoke' })).map(({ time }) => time),
    /** Calls of chat meet this from now on; without `nth` until it is healed. */
    fails: (effect: Effect, nth?: number): Promise<string> =>
      t.faults.add({ service: 'lambda', operation: 'Invoke', resource: chat.name, effect, ...(nth ? { nth } : {}) }),
    /** As `fails`, of the feed's writes to its table: the home page makes none but that of the count. */
    notes: (effect: Effect, nth?: number): Promise<string[]> =>
      Promise.all(
        ['PutItem', 'UpdateItem'].map((operation) =>
          t.faults.add({ service: 'dynamodb', operation, resource: at.FEED_TABLE, effect, ...(nth ? { nth } : {}) }),
        ),
      ),
    /** The next page's look at the last count: its first GetItem is of the profile. */
    looks: (effect: Effect): Promise<string> =>
      t.faults.add({ service: 'dynamodb', operation: 'GetItem', resource: at.FEED_TABLE, effect, nth: 2 }),
    heals: async (faults: readonly string[]): Promise<void> => {
      for (const fault of faults) await t.faults.remove(fault);
    },
  };
}

/** The page has this count, from just now. */
export async function expectFresh(
  t: Check,
  { unread }: Seen,
  count: number,
  cause: string,
  hint?: number,
): Promise<void> {
  const { asOf, ...rest } = (unread ?? {}) as { readonly asOf?: unknown };
  t.equal(rest, { count, stale: false }, { what: 'what the page says of messages', cause, ...(hint ? { hint } : {}) });
  const age = (await t.clock.now()) - Date.parse(String(asOf));
  t.that(age >= 0 && age < 60_000, {
    expected: 'asOf is the moment at which chat was asked, as ISO 8601',
    seen: JSON.stringify(asOf),
    cause: 'The time is missing, of another form, or of another count.',
  });
}
