/** DynamoDB: tables, items, indexes, transactions, expressions, time to live and streams. */
import type { Core, Service } from '../../contract.ts';
import { late, Once } from '../../core/late.ts';
import { clients } from '../../sdk.ts';
import type { Streams } from './streams/streams.ts';

/** `streams` is for Lambda's event source mappings, which read from inside the cloud. */
export type DynamoDbService = Service & { streams(): Promise<Streams> };

export function createDynamoDb(core: Core): DynamoDbService {
  const tables = new Once(async () => new (await import('./tables.ts')).Tables(core));
  const opened = new Once(async () => (await import('./service.ts')).openDynamoDb(await tables.get()));
  return { ...late('dynamodb', bothClients, opened), streams: async () => (await tables.get()).streams };
}

/** Streams have a client of their own, whose requests are signed for the same service and mean the same values. */
function bothClients(): Record<string, unknown> {
  const [own, streams] = [clients.dynamodb(), clients.dynamodbstreams()];
  const schemas = Object.entries(streams).filter(([name]) => name.endsWith('$') && !(name in own));
  return { ...Object.fromEntries(schemas), ...own };
}
