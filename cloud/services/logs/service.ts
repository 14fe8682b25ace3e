/**
 * What serves the calls of CloudWatch Logs.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
import type { Handlers } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import { filterEventsOperation } from './operations/filter-events.ts';
import { getEventsOperation } from './operations/get-events.ts';
import { groupOperations } from './operations/groups.ts';
import { putEventsOperation } from './operations/put-events.ts';
import { streamOperations } from './operations/streams.ts';
import type { LogStore } from './store.ts';
import { tagOperations } from './tags.ts';

export const openLogs = (store: LogStore): Opened => ({
  handlers: {
    ...groupOperations(store),
    ...tagOperations(store),
    ...streamOperations(store),
    ...putEventsOperation(store),
    ...getEventsOperation(store),
    ...filterEventsOperation(store),
  } as Handlers,
});
