/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
import type {
  ConditionCheck,
  Delete,
  Put,
  ReturnValuesOnConditionCheckFailure,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
  Update,
} from '@aws-sdk/client-dynamodb';
import type { Call, Operation } from '../../../contract.ts';
import { servingTable } from '../access.ts';
import { readUnits, toldOf, type Usage, usageOf, writeUnits } from '../capacity.ts';
import { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import type { Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import { itemSize } from '../value/size.ts';
import type { Item } from '../value/value.ts';
import { type Bind, type Change, checkOf, deletionOf, putOf, updateOf } from './change.ts';
import { collectionsOf } from './collection.ts';
import {
  assertDistinct,
  assertSize,
  assertUncancelled,
  attempt,
  checkActions,
  hindrance,
  isReason,
  type Reason,
} from './transaction.ts';
import { commit } from './write.ts';

/** The actions, with the permissions that they take: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const KINDS = {
  ConditionCheck: {
    permission: 'ConditionCheckItem',
    required: ['Key', 'ConditionExpression'],
    bind: (given: Given) => checkOf(given as ConditionCheck),
  },
  Put: { permission: 'PutItem', required: ['Item'], bind: (given: Given) => putOf(given as Put) },
  Update: {
    permission: 'UpdateItem',
    required: ['Key', 'UpdateExpression'],
    bind: (given: Given): Bind => updateOf(given as Update),
  },
  Delete: { permission: 'DeleteItem', required: ['Key'], bind: (given: Given) => deletionOf(given as Delete) },
} as const;

type Kind = keyof typeof KINDS;
type Given = ConditionCheck | Put | Update | Delete;

interface Action {
  readonly kind: Kind;
  readonly table: Table;
  readonly shows: ReturnValuesOnConditionCheckFailure | undefined;
  readonly change: Change | Reason;
}

interface Step {
  readonly change: Change;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** All of up to a hundred actions, or none of them. */
export const transactWriteItems =
  (tables: Tables): Operation<TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput> =>
  async (input, call) => {
    check(input);
    const { TransactItems, ClientRequestToken: token, ReturnConsumedCapacity: wanted } = input;
    const bound = TransactItems!.map(actionOf).map(([kind, given]) => ({ kind, given, bind: KINDS[kind].bind(given) }));
    const actions = bound.map(({ kind, given, bind }): Action => {
      const table = servingTable(tables, call, given.TableName!, { action: KINDS[kind].permission });
      const change = attempt(() => bind(table));
      return { kind, table, change, shows: given.ReturnValuesOnConditionCheckFailure };
    });
    const make = () => run(tables, call, actions);
    const usages = token ? await tables.tokens.once(`${call.accountId} ${token}`, TransactItems, make) : await make();
    if (!usages) return toldOf(readAgain(tables, actions), wanted, 'ReadCapacityUnits');
    const collections = input.ReturnItemCollectionMetrics === 'SIZE' ? collectionsOf(changesOf(actions)) : undefined;
    return {
      ...toldOf(usages, wanted, 'WriteCapacityUnits'),
      ...(collections ? { ItemCollectionMetrics: collections } : {}),
    };
  };

const changesOf = (actions: readonly Action[]): Change[] =>
  actions.map(({ change }) => change).filter((change): change is Change => !isReason(change));

/** Throws `ValidationException` for what the API's model refuses. */
function check(input: TransactWriteItemsCommandInput): void {
  const constraints = checkActions(new Constraints(), input.TransactItems)
    .length('clientRequestToken', input.ClientRequestToken, 1, 36)
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity)
    .oneOf('returnItemCollectionMetrics', input.ReturnItemCollectionMetrics);
  for (const [index, item] of (input.TransactItems ?? []).entries()) {
    for (const [kind, { required }] of Object.entries(KINDS)) {
      const given = item[kind as Kind];
      if (!given) continue;
      const at = `transactItems.${index + 1}.member.${lower(kind)}`;
      for (const name of required) constraints.required(`${at}.${lower(name)}`, given[name as keyof Given]);
      constraints.tableName(given.TableName, `${at}.tableName`);
      const shows = 'returnValuesOnConditionCheckFailure';
      constraints.oneOf(`${at}.${shows}`, given.ReturnValuesOnConditionCheckFailure, shows);
    }
  }
  constraints.check();
}

const lower = (name: string): string => name[0]!.toLowerCase() + name.slice(1);

function actionOf(item: TransactWriteItem): [Kind, Given] {
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => item[kind]);
  if (kinds.length > 1) throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
  if (kinds.length === 0) {
    throw validation('Invalid Request: TransactWriteRequest should contain Delete or Put or Update request');
  }
  return [kinds[0]!, item[kinds[0]!]!];
}

/**
 * Prepares all actions, holding their items for as long as that takes, and commits them. Throws
 * `TransactionCanceledException` and `ValidationException`.
 */
async function run(tables: Tables, call: Call, actions: readonly Action[]): Promise<Iterable<Usage>> {
  const changes = changesOf(actions);
  assertDistinct(tables, changes);
  const hindrances = actions.map(({ change }) => (isReason(change) ? { latency: 0 } : hindrance(tables, call, change)));
  const latency = Math.max(...hindrances.map(({ latency: ms }) => ms));
  const hindered = hindrances.map(({ reason }) => reason);
  if (latency > 0 && hindered.every((reason) => reason === undefined)) {
    const release = tables.ongoing.hold(changes);
    await call.wait(() => call.core.clock.spend(latency));
    release();
  }
  // From here to the last commit nothing is waited for, so that nobody else comes in between.
  const results = actions.map((action, index) => hindered[index] ?? prepare(action));
  const steps = results.filter((result): result is Step => !isReason(result));
  const bytes = steps.reduce((sum, { before, after }) => sum + Math.max(sizeOf(before), sizeOf(after)), 0);
  assertSize(bytes);
  assertUncancelled(results.map((result) => (isReason(result) ? result : undefined)));
  const usages = new Map<Table, Usage>();
  for (const [index, { change, before, after }] of steps.entries()) {
    const usage = usageOf(usages, change.table);
    if (actions[index]!.kind === 'ConditionCheck') usage.add(writeUnits(sizeOf(before)));
    else usage.addAll(commit(tables, change, after, call.traceId));
  }
  return usages.values();
}

const sizeOf = (item: Item | undefined): number => (item ? itemSize(item) : 0);

function prepare({ change, shows }: Action): Step | Reason {
  if (isReason(change)) return change;
  const before = change.table.items.get(change.key)?.item;
  if (!change.permits(before)) {
    return {
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      ...(shows === 'ALL_OLD' && before ? { Item: before } : {}),
    };
  }
  return attempt((): Step => ({ change, before, after: change.next(before) }));
}

/** A transaction that has been made only costs the reading of its items. */
function readAgain(tables: Tables, actions: readonly Action[]): Iterable<Usage> {
  const usages = new Map<Table, Usage>();
  for (const { table, change } of actions) {
    if (isReason(change) || !tables.find(table.arn)) continue;
    usageOf(usages, table).add(readUnits(table.items.get(change.key)?.size ?? 0, true));
  }
  return usages.values();
}
