/** Step 2.5: the two sites of the network with their tables, the ways between them that break, and what a site can know. */
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Check, Deployed, Invocation } from '../../../../workbook/kit/contract.ts';
import { items, table } from '../../../support/tables.ts';
import { said } from './network.ts';

export type SiteName = 'east' | 'west';
type Effect = Parameters<Check['faults']['add']>[0]['effect'];
type Because = { readonly cause: string; readonly hint?: number };

/** Milliseconds that a claim may take beyond its budget: for what it does besides asking. */
const BESIDES = 50;
const ANSWERS = ['yours', 'taken', 'unavailable'];
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];
const READS = ['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems'];

export interface Site {
  readonly name: SiteName;
  readonly deployed: Deployed;
  /** Asks for a count, or tells of messages: it must not fail. */
  ask(event: object, because: Because): Promise<unknown>;
  /** What a claim is answered, in time and in one of the three words. */
  claim(user: string, account: string, because: Because): Promise<string>;
  /** The same, looked at already. */
  judgeClaim(invocation: Invocation, event: object, because: Because): string;
  /** What this site's calls of a table meet, until it is healed. */
  fails(to: string, effect: Effect, which?: 'reads' | 'writes', nth?: number): Promise<string[]>;
}

export interface Sites {
  /** NAMES and the sites' own tables. */
  readonly names: string;
  readonly tables: Readonly<Record<SiteName, string>>;
  readonly budget: number;
  site(name: SiteName): Promise<Site>;
  heal(faults: readonly string[]): Promise<void>;
  /** The site's next Scan of this table ends before the first item: a page may be empty, and say where to go on. */
  endPage(site: Site, table: string): Promise<void>;
}

export const otherThan = (name: SiteName): SiteName => (name === 'east' ? 'west' : 'east');

export async function sites(t: Check): Promise<Sites> {
  const names = await table(t, 'names', 'pk');
  const tables = { east: await table(t, 'east', 'pk', 'sk'), west: await table(t, 'west', 'pk', 'sk') };
  const budget = t.seeded.integer(6, 15) * 100;
  return {
    names,
    tables,
    budget,
    async site(name) {
      const [LOCAL, PEER] = [tables[name], tables[otherThan(name)]];
      const own = items(t, [names, LOCAL, PEER]);
      const deployed = await t.deploy('site.ts', {
        environment: { SITE: name, LOCAL, PEER, NAMES: names, BUDGET_MS: String(budget) },
        policy: [own, { ...own, Action: ['dynamodb:BatchWriteItem', 'dynamodb:ConditionCheckItem'] }],
      });
      return siteOf(t, name, deployed, budget);
    },
    async heal(faults) {
      for (const fault of faults) await t.faults.remove(fault);
    },
    async endPage({ deployed }, to) {
      const { Items = [] } = await t.client(DynamoDBClient).send(new ScanCommand({ TableName: to, Limit: 1 }));
      if (!Items[0]) return;
      await t.faults.add({
        service: 'dynamodb',
        operation: 'Scan',
        between: { from: deployed.roleArn, to },
        nth: 1,
        effect: { kind: 'answer', status: 200, headers: JSON_1_0, body: JSON.stringify(pageBefore(Items[0])) },
      });
    },
  };
}

const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };

/** Behind this key comes the item, which is the first one. */
const pageBefore = ({ pk }: Record<string, AttributeValue>) => ({
  Items: [],
  Count: 0,
  ScannedCount: 0,
  LastEvaluatedKey: { pk, sk: { S: '\u0001' } },
});

function siteOf(t: Check, name: SiteName, deployed: Deployed, budget: number): Site {
  const judgeClaim: Site['judgeClaim'] = (invocation, event, because) => {
    t.succeeded(invocation, { what: `${name}: ${said(event)}`, ...because });
    const { duration, value } = invocation;
    t.that(duration <= budget + BESIDES, {
      expected: `a claim is answered within BUDGET_MS, ${budget} ms`,
      seen: `${name} took ${Math.round(duration)} ms, and then said ${JSON.stringify(value)}`,
      cause: 'Nobody ended the wait for NAMES; or each attempt has a time limit of its own, and there are several.',
      hint: 1,
    });
    t.that(
      ANSWERS.some((one) => one === value),
      {
        expected: `one of ${ANSWERS.join(', ')}`,
        seen: `${name} said ${JSON.stringify(value)}`,
        ...because,
      },
    );
    return String(value);
  };
  return {
    name,
    deployed,
    judgeClaim,
    async ask(event, because) {
      const invocation = await deployed.invoke(event);
      t.succeeded(invocation, { what: `${name}: ${said(event)}`, ...because });
      return invocation.value;
    },
    async claim(user, account, because) {
      const event = { op: 'claim', user, account };
      return judgeClaim(await deployed.invoke(event), event, because);
    },
    async fails(to, effect, which, nth) {
      const operations = which === undefined ? [undefined] : which === 'reads' ? READS : WRITES;
      const faults: string[] = [];
      for (const operation of operations) {
        faults.push(
          await t.faults.add({
            service: 'dynamodb',
            between: { from: deployed.roleArn, to },
            effect,
            ...(operation === undefined ? {} : { operation }),
            ...(nth === undefined ? {} : { nth }),
          }),
        );
      }
      return faults;
    },
  };
}

/** What has been told to a site: ids of messages that have come, and of such as have been read. */
export class Knowledge {
  private readonly received = new Map<string, Set<string>>();
  private readonly seen = new Map<string, Set<string>>();

  hear(event: Told): void {
    const [kind, ids] = event.op === 'received' ? [this.received, [event.id]] : [this.seen, event.ids];
    kind.set(event.to, new Set([...(kind.get(event.to) ?? []), ...ids]));
  }

  /** Both know what either knew. */
  meet(other: Knowledge): void {
    for (const [from, to] of [
      [this, other],
      [other, this],
    ] as const) {
      for (const [who, ids] of from.received) for (const id of ids) to.hear({ op: 'received', to: who, id });
      for (const [who, ids] of from.seen) to.hear({ op: 'seen', to: who, ids: [...ids] });
    }
  }

  unread(to: string): number {
    const seen = this.seen.get(to);
    return [...(this.received.get(to) ?? [])].filter((id) => !seen?.has(id)).length;
  }
}

export type Told =
  | { readonly op: 'received'; readonly to: string; readonly id: string }
  | { readonly op: 'seen'; readonly to: string; readonly ids: readonly string[] };
