/** From a request to its table: reads the name or ARN, asks whether the caller may, finds the table. */
import type { Call } from '../../contract.ts';
import { resourceNotFound, tableNotFound, validation } from './errors.ts';
import type { Table } from './table.ts';
import type { Tables } from './tables.ts';

const TABLE_ARN = /^arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/([^/]+)$/;

export const tableArn = (call: Call, name: string): string =>
  `arn:aws:dynamodb:${call.region}:${call.accountId}:table/${name}`;

/** Throws `AccessDeniedException` unless the caller's policies allow `dynamodb:ACTION`, which is the operation's own unless told. */
export function authorize(call: Call, resource: string, action = call.operation): void {
  call.core.identity.authorize({
    principal: call.principal,
    action: `dynamodb:${action}`,
    resource,
    resourceAccount: resource.split(':')[4] || call.accountId,
    ...(action === call.operation ? {} : { context: { 'dynamodb:EnclosingOperation': call.operation } }),
  });
}

/** ARN of the table that a request names by name or by ARN. */
export function arnOf(call: Call, nameOrArn: string): string {
  if (!nameOrArn.startsWith('arn:')) return tableArn(call, nameOrArn);
  if (!TABLE_ARN.test(nameOrArn))
    throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${nameOrArn}`);
  return nameOrArn;
}

/** For operations on tables. Throws `ResourceNotFoundException`, `AccessDeniedException`. */
export function tableOf(tables: Tables, call: Call, nameOrArn: string): Table {
  const arn = arnOf(call, nameOrArn);
  authorize(call, arn);
  const table = tables.find(arn);
  if (!table) throw tableNotFound(arn.split('/')[1]!);
  return table;
}

/**
 * For operations on items, which a table serves from the end of its creation to the beginning of its deletion. What is done to
 * an index needs a right to the index, what a transaction does to an item the right to do it alone:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html
 */
export function servingTable(
  tables: Tables,
  call: Call,
  nameOrArn: string,
  { index, action }: { readonly index?: string | undefined; readonly action?: string } = {},
): Table {
  const arn = arnOf(call, nameOrArn);
  authorize(call, index === undefined ? arn : `${arn}/index/${index}`, action);
  const table = tables.find(arn);
  if (!table?.serves(tables.now)) throw resourceNotFound();
  return table;
}
