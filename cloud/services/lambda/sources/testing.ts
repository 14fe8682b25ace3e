/** What the tests of mappings from a table's stream share. */
import { FilterLogEventsCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as api from '@aws-sdk/client-lambda';
import { afterEach, beforeAll } from 'vitest';
import { createTable } from '../../dynamodb/testing.ts';
import { deployed, fresh, roleFor, t, useCloud } from '../testing.ts';

/** Prints the items of each batch. One called `bad…` makes it throw, `part…` a report, `once…` an error at the first time. */
const READING = `
let tried = new Set();
exports.handler = async (event) => {
  const ids = event.Records.map(({ dynamodb }) => dynamodb.Keys.id.S);
  process.stdout.write('SEEN ' + ids.join(' ') + '\\n');
  process.stdout.write('EVENT ' + JSON.stringify(event) + '\\n');
  if (ids.some((id) => id.startsWith('bad'))) throw new Error('bad');
  for (const id of ids) {
    if (!id.startsWith('once') || tried.has(id)) continue;
    tried.add(id);
    throw new Error('once');
  }
  const failed = event.Records.filter(({ dynamodb }) => dynamodb.Keys.id.S.startsWith('part'));
  return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
};`;

/** Of functions that read streams, unless told: they may send to a queue what they give up. */
let role: string;
let written = 0;

/** Opens a cloud for the tests of a file, none of which leaves a mapping behind. */
export function useStreams(): void {
  useCloud();
  beforeAll(async () => {
    role = await roleFor('dynamodb:*', 'sqs:SendMessage', 'logs:*');
  });
  // Whoever tries a batch for ever would go on doing so through all later tests.
  afterEach(async () => {
    await advance(1000);
    const { EventSourceMappings = [] } = await t.lambda.send(new api.ListEventSourceMappingsCommand({}));
    for (const { UUID } of EventSourceMappings) await t.lambda.send(new api.DeleteEventSourceMappingCommand({ UUID }));
    await advance(1000);
  });
}

export const advance = (ms: number) => t.cloud.clock.advance(ms);

/** Writes items, one after the other. */
export async function put(TableName: string, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    const Item = { id: { S: id }, at: { N: String(++written) } };
    await t.dynamodb.send(new dynamodb.PutItemCommand({ TableName, Item }));
  }
}

/** A table with a stream. */
export async function streamed() {
  const table = await createTable(t, undefined, {
    TableName: fresh('stream'),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  const { Table } = await t.dynamodb.send(new dynamodb.DescribeTableCommand({ TableName: table }));
  return { table, arn: Table!.LatestStreamArn! };
}

/** A function that can read a stream. */
export const reader = (Role = role) => deployed(READING, { Role });

export const create = (more: Partial<api.CreateEventSourceMappingCommandInput>) =>
  t.lambda.send(
    new api.CreateEventSourceMappingCommand({ FunctionName: 'none', StartingPosition: 'TRIM_HORIZON', ...more }),
  );
export const update = (UUID: string, more: Partial<api.UpdateEventSourceMappingCommandInput>) =>
  t.lambda.send(new api.UpdateEventSourceMappingCommand({ UUID, ...more }));
export const get = (UUID: string) => t.lambda.send(new api.GetEventSourceMappingCommand({ UUID }));

/** A table with a stream and a function that reads it: both made, and the mapping enabled. */
export async function mapped(more: Partial<api.CreateEventSourceMappingCommandInput> = {}, Role = role) {
  const [{ table, arn }, name] = [await streamed(), await reader(Role)];
  const { UUID } = await create({ EventSourceArn: arn, FunctionName: name, ...more });
  await advance(1000);
  return { table, arn, name, id: UUID! };
}

/** What a function has printed behind a word. */
export async function printed(name: string, word: string): Promise<string[]> {
  const { events = [] } = await t.logs.send(
    new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: word }),
  );
  return events.map(({ message }) => message!.trimEnd().slice(word.length + 1));
}

/** The batches that a function has got, in order. One that has never run has no log. */
export const seen = (name: string) =>
  printed(name, 'SEEN').catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  });
