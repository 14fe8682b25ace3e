/**
 * Mirrors https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html and
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
 */
import type * as eb from '@aws-sdk/client-eventbridge';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { authorize } from '../access.ts';
import { keysOfEvent } from '../condition-keys.ts';
import { invalid } from '../errors.ts';
import { newEvent } from '../event.ts';
import type { Json } from '../field-tests.ts';
import { matches, parsePattern } from '../pattern.ts';
import type { Router } from '../router.ts';
import type { EventStore } from '../store.ts';

/** All entries of a request together: 1 MB since January 2026. */
const MOST_BYTES = 1024 * 1024;
const ENVELOPE = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

/**
 * An entry that is refused is told of in its place; the others are published. Throws where the request as a whole is wrong, and
 * `AccessDeniedException` where the caller may not publish any of its entries.
 */
export const putEvents =
  (store: EventStore, router: Router): Operation<eb.PutEventsCommandInput, eb.PutEventsCommandOutput> =>
  (input, call) => {
    const entries = input.Entries ?? [];
    checkNumber(entries);
    const denials = entries.map((entry) => denialOf(entry, store, call));
    if (!denials.includes(undefined)) throw denials[0]!;
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES) {
      throw invalid('Total size of the entries in the request is over the limit.');
    }
    const results = entries.map((entry, index) => {
      try {
        const denial = denials[index];
        if (denial) throw denial;
        return { EventId: publish(entry, store, router, call) };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { ErrorCode: error.code, ErrorMessage: error.message };
      }
    });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  };

function checkNumber(entries: readonly eb.PutEventsRequestEntry[]): void {
  if (entries.length > 0 && entries.length <= 10) return;
  const shown = entries.map(
    (entry) =>
      `PutEventsRequestEntry(time=${entry.Time?.toISOString() ?? null}, source=${entry.Source ?? null}, resources=${entry.Resources ?? null}, detailType=${entry.DetailType ?? null}, detail=${entry.Detail ?? null}, eventBusName=${entry.EventBusName ?? null}, traceHeader=${entry.TraceHeader ?? null}, kmsKeyIdentifier=null, internalMetadata=null)`,
  );
  const bound = entries.length > 10 ? 'less than or equal to 10' : 'greater than or equal to 1';
  throw invalid(
    `1 validation error detected: Value '[${shown.join(', ')}]' at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

/** Each entry is authorized by itself: its source and detail type are what policies ask for. */
function denialOf(
  { EventBusName: name, Source, DetailType }: eb.PutEventsRequestEntry,
  store: EventStore,
  call: Call,
): AwsError | undefined {
  const arn = name?.startsWith('arn:') ? name : store.busArn(call.accountId, name ?? 'default');
  const bus = store.find(arn.split(':')[4]!, arn.replace(/^.*event-bus\//, ''));
  try {
    authorize(call, arn, bus, keysOfEvent(Source, DetailType));
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: eb.PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return (Time ? 14 : 0) + texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
}

function publish(entry: eb.PutEventsRequestEntry, store: EventStore, router: Router, call: Call): string {
  const required = (value: string | undefined, name: string): string => {
    if (value) return value;
    throw new AwsError('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  };
  const source = required(entry.Source, 'Source');
  const type = required(entry.DetailType, 'DetailType');
  const detail = parseDetail(required(entry.Detail, 'Detail'));
  if (source.startsWith('aws.')) {
    throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  const event = newEvent(
    {
      'detail-type': type,
      source,
      account: call.accountId,
      region: call.region,
      resources: entry.Resources ?? [],
      detail,
    },
    entry.Time?.getTime() ?? call.core.clock.now(),
  );
  try {
    router.publish(store.bus(call.accountId, entry.EventBusName), event, call.traceId);
  } catch (error) {
    // AWS takes events for a bus that does not exist, and drops them.
    if (!(error instanceof AwsError) || error.code !== 'ResourceNotFoundException') throw error;
  }
  return event.id;
}

export function parseDetail(text: string): { readonly [name: string]: Json } {
  let detail: unknown;
  try {
    detail = JSON.parse(text);
  } catch {
    detail = undefined;
  }
  if (detail !== null && typeof detail === 'object' && !Array.isArray(detail))
    return detail as { [name: string]: Json };
  throw new AwsError('MalformedDetail', 'Detail is malformed.');
}

/** Throws `InvalidEventPatternException`, `ValidationException`. */
export const testEventPattern: Operation<eb.TestEventPatternCommandInput, eb.TestEventPatternCommandOutput> = (
  input,
  call,
) => {
  new Constraints()
    .check(input.EventPattern, 'eventPattern', { required: true, length: [0, 4096] })
    .check(input.Event, 'event', { required: true })
    .enforce();
  authorize(call, '*');
  const pattern = parsePattern(input.EventPattern!);
  let event: Json;
  try {
    event = JSON.parse(input.Event!) as Json;
  } catch {
    throw invalid('Parameter Event is not valid.');
  }
  if (event === null || typeof event !== 'object' || Array.isArray(event))
    throw invalid('Parameter Event is not valid.');
  if (!ENVELOPE.every((name) => Object.hasOwn(event, name))) throw invalid('Parameter Event is not valid.');
  return { Result: matches(pattern, event) };
};
