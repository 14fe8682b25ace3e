/** DynamoDB: tables, items, indexes, transactions, expressions, time to live and streams. */
import type { Core, Service } from '../../contract.ts';
import { late } from '../../core/late.ts';
import type { Streams } from './streams/streams.ts';
import { Tables } from './tables.ts';

export type DynamoDbService = Service & { readonly streams: Streams };

export function createDynamoDb(core: Core): DynamoDbService {
  const tables = new Tables(core);
  return {
    ...late('dynamodb', loadClients, async () => (await import('./service.ts')).openDynamoDb(tables)),
    streams: tables.streams,
    reset: (accountId) => tables.reset(accountId),
  };
}

/** Streams have a client of their own, whose requests are signed for the same service and mean the same values. */
async function loadClients(): Promise<Record<string, unknown>> {
  const [own, streams] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/client-dynamodb-streams'),
  ]);
  const schemas = Object.entries(streams).filter(([name]) => name.endsWith('$') && !(name in own));
  return { ...Object.fromEntries(schemas), ...own };
}
