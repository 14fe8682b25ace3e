import { type AttributeValue, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, item, type Row, row } from './rows.ts';

const LOCAL = process.env.LOCAL!;
const PEER = process.env.PEER!;

const RECEIVED = 'RECEIVED#';
const SEEN = 'SEEN#';

/** Each row is a fact about one message. Facts are added and never changed, so nothing depends on order or number. */
const fact = (to: string, kind: string, id: string): Row => ({ pk: to, sk: `${kind}${id}` });

export async function received(to: string, id: string): Promise<void> {
  await add(LOCAL, [fact(to, RECEIVED, id)]);
}

export async function seen(to: string, ids: readonly string[]): Promise<void> {
  await add(
    LOCAL,
    ids.map((id) => fact(to, SEEN, id)),
  );
}

export async function unread(to: string): Promise<number> {
  const known = await all((ExclusiveStartKey) =>
    dynamodb.send(
      new QueryCommand({
        TableName: LOCAL,
        KeyConditionExpression: 'pk = :to',
        ExpressionAttributeValues: item({ ':to': to }),
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    ),
  );
  const ids = (kind: string): string[] =>
    known.map(({ sk }) => String(sk)).flatMap((sk) => (sk.startsWith(kind) ? [sk.slice(kind.length)] : []));
  const read = new Set(ids(SEEN));
  return ids(RECEIVED).filter((id) => !read.has(id)).length;
}

export async function sync(): Promise<void> {
  const [here, there] = [await factsOf(LOCAL), await factsOf(PEER)];
  await add(LOCAL, without(there, here));
  await add(PEER, without(here, there));
}

function without(facts: readonly Row[], known: readonly Row[]): Row[] {
  const keyOf = ({ pk, sk }: Row): string => JSON.stringify([pk, sk]);
  const keys = new Set(known.map(keyOf));
  return facts.filter((one) => !keys.has(keyOf(one)));
}

async function factsOf(TableName: string): Promise<Row[]> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items.map(row);
}

async function add(TableName: string, facts: readonly Row[]): Promise<void> {
  for (const one of facts) await dynamodb.send(new PutItemCommand({ TableName, Item: item(one) }));
}

type Key = Record<string, AttributeValue> | undefined;

/** The rows of all pages. */
async function all(
  page: (from: Key) => Promise<{ Items?: Record<string, AttributeValue>[]; LastEvaluatedKey?: Key }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let from: Key;
  do {
    const { Items = [], LastEvaluatedKey } = await page(from);
    rows.push(...Items.map(row));
    from = LastEvaluatedKey;
  } while (from);
  return rows;
}
