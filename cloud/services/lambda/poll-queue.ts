/**
 * A mapping reads a queue: Lambda polls, invokes with batches, and deletes what was done.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
import { AwsError, type Core, type Millis, type Timer } from '../../contract.ts';
import type { Json } from '../events/field-tests.ts';
import { type MessageAttributes, md5OfAttributes, md5OfBody } from '../sqs/digest.ts';
import { systemAttributes } from '../sqs/operations/receive-message.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Received } from '../sqs/slot.ts';
import { functionNotFound } from './errors.ts';
import { passes } from './filter.ts';
import { type Invoked, type Invoker, LARGEST_EVENT } from './invoker.ts';
import type { Mapping, Poller } from './mapping.ts';
import { parseReference } from './names.ts';
import type { FunctionStore } from './store.ts';

/** Concurrent invocations of a mapping without a maximum: AWS starts with five batches and scales from there. */
const STANDARD_CONCURRENCY = 5;
const FIRST_BACKOFF: Millis = 1000;
const NO_RECORDS = '{"Records":[]}'.length;

/** A batch asks SQS for ten messages at a time: larger ones need several receives, which is why they need a window. */
export class QueuePoller implements Poller {
  private running = 0;
  private collected: Received[] = [];
  /** Of the event that is collected. */
  private bytes = NO_RECORDS;
  /** Is nothing more to come into this batch? */
  private closed = false;
  private windowEnd: Timer | undefined;
  private readonly stopListening: () => void;
  private stopped = false;

  constructor(
    private readonly core: Core,
    private readonly queues: Queues,
    private readonly store: FunctionStore,
    private readonly invoker: Invoker,
    private readonly mapping: Mapping,
  ) {
    this.stopListening = queues.listen(mapping.sourceArn, () => this.poll());
    this.poll();
  }

  stop(): void {
    this.stopped = true;
    this.stopListening();
    this.windowEnd?.cancel();
  }

  private poll(): void {
    const { mapping, queues } = this;
    const queue = queues.find(mapping.sourceArn);
    if (this.stopped || !queue) return;
    while (this.running < (mapping.maximumConcurrency ?? STANDARD_CONCURRENCY)) {
      if (this.collect(queue)) continue;
      if (this.collected.length === 0) return;
      if (!this.closed && mapping.window > 0) {
        this.windowEnd ??= this.core.clock.at(this.core.clock.now() + mapping.window, () => this.dispatch());
        return;
      }
      this.dispatch();
    }
  }

  /** Takes what is there into the batch. Answers whether there may be more for it. */
  private collect(queue: Queue): boolean {
    const { mapping, queues } = this;
    const received = queues.receiveNow(queue, {
      max: mapping.batchSize - this.collected.length,
      visibility: visibilityOf(queue),
      fits: (one) => this.fits(one),
    });
    const passed = received.filter((one) => this.admits(one));
    this.collected.push(...passed);
    // What no filter lets pass is deleted: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
    for (const one of received) if (!passed.includes(one)) queues.remove(queue, one.handle);
    this.closed ||= this.collected.length === mapping.batchSize;
    return received.length > 0 && !this.closed;
  }

  /** A batch closes where the next message would make its event too large: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html */
  private fits(one: Received): boolean {
    if (!this.admits(one)) return true;
    // With a comma.
    const bytes = this.bytes + Buffer.byteLength(JSON.stringify(recordOf(one, this.mapping))) + 1;
    this.closed = bytes > LARGEST_EVENT;
    if (!this.closed) this.bytes = bytes;
    return !this.closed;
  }

  private admits(received: Received): boolean {
    const { filters } = this.mapping;
    return filters.length === 0 || passes(filters, received.message.body, recordOf(received, this.mapping));
  }

  private dispatch(): void {
    this.windowEnd?.cancel();
    this.windowEnd = undefined;
    const batch = this.collected;
    this.collected = [];
    this.bytes = NO_RECORDS;
    this.closed = false;
    if (batch.length === 0 || this.stopped) return;
    this.running++;
    void this.work(batch).finally(() => {
      this.running--;
      this.poll();
    });
  }

  private async work(batch: readonly Received[]): Promise<void> {
    const { mapping, core } = this;
    const { name, qualifier } = parseReference(mapping.functionArn, mapping.accountId);
    const queue = this.queues.find(mapping.sourceArn);
    if (!queue) return;
    const cause = core.trace.add({
      kind: 'hop',
      accountId: mapping.accountId,
      service: 'lambda',
      operation: 'PollQueue',
      resource: mapping.sourceArn,
      cause: batch[0]!.message.cause,
      detail: { messages: batch.length, mapping: mapping.id, causes: batch.map(({ message }) => message.cause) },
    });
    const payload = JSON.stringify({ Records: batch.map((received) => recordOf(received, mapping)) });
    const start = () => {
      const of = this.store.find(mapping.accountId, name);
      if (!of) throw functionNotFound(mapping.functionArn);
      return this.invoker.invoke(of, qualifier, payload, cause);
    };
    try {
      const end = Math.min(...batch.map(({ message }) => message.lastReceivedAt!)) + visibilityOf(queue);
      const result = await this.untilLetIn(end, start);
      if (!result.outcome.ok) return;
      const failed = mapping.partialFailures ? failedItems(result.outcome.payload, batch) : new Set<string>();
      for (const received of batch) if (!failed.has(received.message.id)) this.queues.remove(queue, received.handle);
    } catch (error) {
      // The messages come back when their visibility timeout is over.
      core.trace.amend(cause, { error: error instanceof Error ? error.name : String(error) });
    }
  }

  /**
   * Starts again and again what is throttled, or not there, until `end`: the batch keeps its place, and nothing else is
   * received for it. AWS waits ever longer, and does not say how long. Throws what was the matter last.
   * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-backoff-strategy
   */
  private async untilLetIn(end: Millis, start: () => Promise<Invoked>): Promise<Invoked> {
    const { clock } = this.core;
    for (let delay = FIRST_BACKOFF; ; delay *= 2) {
      try {
        return await start();
      } catch (error) {
        const wait = Math.min(delay, end - clock.now());
        if (!(error instanceof AwsError) || wait <= 0) throw error;
        await clock.sleep(wait);
        if (this.stopped || clock.now() >= end) throw error;
      }
    }
  }
}

const visibilityOf = (queue: Queue): Millis => queue.number('VisibilityTimeout') * 1000;

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: an answer that cannot be read fails the whole batch. */
function failedItems(payload: string, batch: readonly Received[]): Set<string> {
  const everything = new Set(batch.map(({ message }) => message.id));
  const answer = JSON.parse(payload) as { batchItemFailures?: unknown } | null;
  const failures = answer?.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return everything;
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && everything.has(id)) ? new Set(ids) : everything;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
const recordOf = ({ message, handle }: Received, mapping: Mapping): { readonly [name: string]: Json } => ({
  messageId: message.id,
  receiptHandle: handle,
  body: message.body,
  attributes: systemAttributes(message),
  messageAttributes: Object.fromEntries(
    Object.entries(message.attributes).map(([name, value]) => [name, attributeOf(value)]),
  ),
  ...checksumOf(message.attributes, mapping),
  md5OfBody: md5OfBody(message.body),
  eventSource: 'aws:sqs',
  eventSourceARN: mapping.sourceArn,
  awsRegion: mapping.region,
});

/** Without attributes there is none; mappings with a window say so. */
function checksumOf(attributes: MessageAttributes, { window }: Mapping): Record<string, string | null> {
  const md5OfMessageAttributes = md5OfAttributes(attributes) ?? null;
  return md5OfMessageAttributes === null && window === 0 ? {} : { md5OfMessageAttributes };
}

function attributeOf({ DataType = '', StringValue, BinaryValue }: MessageAttributes[string]): Record<string, Json> {
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
