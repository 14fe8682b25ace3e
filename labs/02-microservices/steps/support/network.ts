/** The social network in one account: tables, the two functions with the rights of their roles, and what they did. */
import type { TraceEntry } from '../../../../cloud/contract.ts';
import type { Check, Deployed, PolicyStatement } from '../../../../workbook/kit/contract.ts';
import { items, table } from '../../../support/tables.ts';

/** Where the two services keep what is theirs; by names as the environment has them. */
export interface Tables {
  readonly FEED_TABLE: string;
  readonly NAMES: string;
  readonly CHAT_TABLE: string;
}

export async function tables(t: Check): Promise<Tables> {
  return {
    FEED_TABLE: await table(t, 'feed', 'pk', 'sk'),
    NAMES: await table(t, 'names', 'pk'),
    CHAT_TABLE: await table(t, 'chat', 'pk', 'sk'),
  };
}

/** What feed.ts is told beside its tables. */
export interface Promised {
  readonly BUDGET_MS: number;
  readonly ATTEMPTS: number;
  readonly FAILURES: number;
  readonly COOLDOWN_SECONDS: number;
}

const USUAL: Promised = { BUDGET_MS: 1000, ATTEMPTS: 2, FAILURES: 3, COOLDOWN_SECONDS: 30 };

export function arnOf(t: Check, kind: 'table' | 'function' | 'queue', name: string): string {
  const at = `us-east-1:${t.accountId}`;
  if (kind === 'queue') return `arn:aws:sqs:${at}:${name}`;
  return kind === 'table' ? `arn:aws:dynamodb:${at}:table/${name}` : `arn:aws:lambda:${at}:function:${name}`;
}

/** chat.ts, with a role that reaches CHAT_TABLE alone, unless told. Both services are told of all tables, as both halves were. */
export const deployChat = (
  t: Check,
  at: Tables,
  policy: readonly PolicyStatement[] = [items(t, [at.CHAT_TABLE])],
): Promise<Deployed> => t.deploy('chat.ts', { environment: { ...at }, policy });

/** feed.ts, with a role that reaches the feed's tables and may invoke the function `chat`, unless told. */
export function deployFeed(
  t: Check,
  at: Tables,
  chat: string,
  promised: Partial<Promised> = {},
  policy: readonly PolicyStatement[] = [
    items(t, [at.FEED_TABLE, at.NAMES]),
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arnOf(t, 'function', chat) },
  ],
): Promise<Deployed> {
  const told = Object.entries({ ...USUAL, ...promised }).map(([name, value]) => [name, String(value)]);
  return t.deploy('feed.ts', { environment: { ...at, CHAT: chat, ...Object.fromEntries(told) }, policy });
}

/** The ARN of whoever calls with the function's role, for faults. */
export const principalOf = (t: Check, { name }: Deployed): string =>
  `arn:aws:sts::${t.accountId}:assumed-role/${name}-role/*`;

/** The calls that the function's role has made so far, of one service and operation where they are named. */
export async function callsOf(
  t: Check,
  { name }: Deployed,
  { service, operation }: { readonly service?: string; readonly operation?: string } = {},
): Promise<TraceEntry[]> {
  return (await t.trace()).filter(
    (entry) =>
      entry.kind === 'call' &&
      entry.principal?.includes(`:assumed-role/${name}-role/`) &&
      (service === undefined || entry.service === service) &&
      (operation === undefined || entry.operation === operation),
  );
}

/** The calls of a service that its policy did not allow. */
export async function refusedOf(t: Check, service: Deployed): Promise<string[]> {
  const refused = (await callsOf(t, service)).filter(({ error }) => error?.startsWith('AccessDenied'));
  return refused.map(({ operation, resource }) => `${operation} on ${resource}`);
}

/** Asks a service, and answers what it answered: it must not fail. */
export async function ask(t: Check, service: Deployed, event: object, cause?: string): Promise<unknown> {
  const invocation = await service.invoke(event);
  t.succeeded(invocation, { what: said(event), ...(cause === undefined ? {} : { cause }) });
  return invocation.value;
}

/** An event in a message: `{"op":"home",…}`. */
export const said = (event: object): string => JSON.stringify(event).replaceAll('":', '": ').replaceAll(',"', ', "');
