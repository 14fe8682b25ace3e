/**
 * One line of batches of a stream: in order, one at a time. A batch that fails is tried again, and what is behind it waits.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
import { AwsError, type Core, type Fault, type Millis, type Timer, type TraceId } from '../../contract.ts';
import { assertPasses, latencyOf, metBy } from '../../core/faults.ts';
import { eventRecord, type StreamRecord, sequenceNumber } from '../dynamodb/streams/record.ts';
import { RETENTION, type Stream } from '../dynamodb/streams/stream.ts';
import { asRole } from './destination-rules.ts';
import { conflict } from './errors.ts';
import { type Invoked, type Invoker, LARGEST_EVENT } from './invoker.ts';
import type { Mapping, StreamSettings } from './mapping.ts';
import { parseReference } from './names.ts';
import type { FunctionStore, LambdaFunction } from './store.ts';
import { type Abandoned, tellOfDiscarded } from './stream-discards.ts';

/** AWS waits ever longer between the tries of a batch, and does not say how long. */
const FIRST_BACKOFF: Millis = 1000;
const LONGEST_BACKOFF: Millis = 60_000;

interface Batch {
  readonly records: readonly StreamRecord[];
  /** Failures that count as tries. */
  readonly failures: number;
  readonly invocations: number;
  readonly last?: Invoked;
}

export interface Reader {
  readonly core: Core;
  readonly store: FunctionStore;
  readonly invoker: Invoker;
  readonly mapping: Mapping;
  readonly settings: StreamSettings;
  readonly stream: Stream;
}

export class Lane {
  private readonly waiting: StreamRecord[] = [];
  private batches: Batch[] = [];
  private working = false;
  private windowEnd: Timer | undefined;
  private windowOver = false;
  private backoff: Timer | undefined;
  private troubles = 0;
  private stopped = false;

  constructor(
    private readonly reader: Reader,
    /** To be told of records that need not be read again. */
    private readonly finished: (records: readonly StreamRecord[]) => void,
  ) {}

  add(record: StreamRecord): void {
    this.waiting.push(record);
  }

  stop(): void {
    this.stopped = true;
    this.windowEnd?.cancel();
    this.backoff?.cancel();
  }

  /** Goes on with what is there. To be called after records have been added. */
  go(): void {
    if (this.stopped || this.working || this.backoff) return;
    if (this.batches.length === 0) this.collect();
    const batch = this.batches[0];
    if (!batch) return;
    this.working = true;
    void this.work(batch).finally(() => {
      this.working = false;
      this.go();
    });
  }

  /** Makes a batch of what waits, once it is full or the window is over. */
  private collect(): void {
    const { mapping, core } = this.reader;
    if (this.waiting.length === 0) return;
    if (this.waiting.length < mapping.batchSize && mapping.window > 0 && !this.windowOver) {
      this.windowEnd ??= core.clock.at(core.clock.now() + mapping.window, () => {
        this.windowOver = true;
        this.go();
      });
      return;
    }
    this.windowEnd?.cancel();
    this.windowEnd = undefined;
    this.windowOver = false;
    const records = this.waiting.splice(0, this.fitting());
    this.batches.push({ records, failures: 0, invocations: 0 });
  }

  /** How many of those that wait go into one invocation. */
  private fitting(): number {
    const { mapping, stream } = this.reader;
    let bytes = 0;
    const most = Math.min(this.waiting.length, mapping.batchSize);
    for (let count = 0; count < most; count++) {
      bytes += Buffer.byteLength(JSON.stringify(eventRecord(this.waiting[count]!, stream.arn)));
      if (bytes > LARGEST_EVENT) return Math.max(1, count);
    }
    return most;
  }

  private async work(batch: Batch): Promise<void> {
    const fresh = await this.dropOld(batch);
    this.batches[0] = fresh;
    if (fresh.records.length === 0) {
      this.batches.shift();
      return;
    }
    const hop = this.trace(fresh);
    try {
      await this.attempt(fresh, hop);
    } catch (error) {
      // Throttled, forbidden, or not to be reached: the batch has not been tried.
      if (!(error instanceof AwsError)) throw error;
      this.reader.core.trace.amend(hop, { error: error.code });
      this.reader.settings.progress.lastResult = `PROBLEM: ${error.message}`;
      this.wait();
    }
  }

  private trace({ records }: Batch): TraceId {
    const { core, mapping, stream } = this.reader;
    return core.trace.add({
      kind: 'hop',
      accountId: mapping.accountId,
      service: 'lambda',
      operation: 'PollStream',
      resource: stream.arn,
      cause: records[0]!.cause,
      detail: { records: records.length, mapping: mapping.id, causes: records.map(({ cause }) => cause) },
    });
  }

  /** Throws `AwsError` where the function has not run. */
  private async attempt(batch: Batch, hop: TraceId): Promise<void> {
    const { core, invoker, mapping, settings, stream } = this.reader;
    const of = this.function();
    const { qualifier } = parseReference(mapping.functionArn, mapping.accountId);
    const faults = await this.passFaults(of, hop);
    this.assertReadable(of);
    const has = (kind: Fault['effect']['kind']) => faults.some(({ effect }) => effect.kind === kind);
    const Records = batch.records.map((record) => eventRecord(record, stream.arn));
    const payload = JSON.stringify({ Records });
    if (has('duplicate-delivery')) await invoker.invoke(of, qualifier, payload, hop);
    const last = await invoker.invoke(of, qualifier, payload, hop);
    if (has('lost-reply')) throw new AwsError('ConnectionFailure', 'The answer of the function was lost.', 503);
    const failed = !last.outcome.ok
      ? 0
      : mapping.partialFailures
        ? firstFailure(last.outcome.payload, batch.records)
        : undefined;
    const tried = { ...batch, invocations: batch.invocations + 1, last };
    if (failed !== undefined) {
      core.trace.amend(hop, { error: 'FunctionError' });
      settings.progress.lastResult = 'PROBLEM: Function call failed';
      await this.failed(tried, failed, hop);
      return;
    }
    settings.progress.lastResult = 'OK';
    this.troubles = 0;
    this.finished(batch.records);
    this.batches.shift();
  }

  /** What stands before the first failure is done; the rest is tried again, in halves or as a whole, or given up. */
  private async failed(batch: Batch, at: number, hop: TraceId): Promise<void> {
    const { bisects, retries } = this.reader.settings;
    this.finished(batch.records.slice(0, at));
    const rest: Batch = { ...batch, records: batch.records.slice(at) };
    if (bisects && (at > 0 || rest.records.length > 1)) {
      // Splitting is not counted as a try.
      const middle = Math.ceil(rest.records.length / 2);
      const parts = at > 0 ? [rest.records] : [rest.records.slice(0, middle), rest.records.slice(middle)];
      this.batches.splice(0, 1, ...parts.map((records) => ({ ...rest, records })));
    } else {
      const again = { ...rest, failures: rest.failures + 1 };
      if (retries >= 0 && again.failures > retries) {
        this.batches.shift();
        await this.discard(again, 'RetryAttemptsExhausted', hop);
        this.troubles = 0;
        return;
      }
      this.batches[0] = again;
    }
    this.wait();
  }

  /** Records that are older than they may be are given up without another try. */
  private async dropOld(batch: Batch): Promise<Batch> {
    const { core, settings } = this.reader;
    const limit = settings.maximumAge < 0 ? RETENTION : Math.min(RETENTION, settings.maximumAge * 1000);
    const isOld = ({ at }: StreamRecord) => at + limit <= core.clock.now();
    const old = batch.records.filter(isOld);
    if (old.length === 0) return batch;
    await this.discard({ ...batch, records: old }, 'RecordAgeExceeded', old[0]!.cause);
    return { ...batch, records: batch.records.filter((record) => !isOld(record)) };
  }

  private async discard(batch: Batch, condition: Abandoned['condition'], cause: TraceId): Promise<void> {
    const { records, invocations, last } = batch;
    await tellOfDiscarded(this.reader, { records, condition, invocations, last, cause });
    this.finished(records);
  }

  private wait(): void {
    if (this.stopped) return;
    const { clock } = this.reader.core;
    const delay = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** this.troubles++);
    this.backoff = clock.at(clock.now() + delay, () => {
      this.backoff = undefined;
      this.go();
    });
  }

  private function(): LambdaFunction {
    const { store, mapping } = this.reader;
    const { name } = parseReference(mapping.functionArn, mapping.accountId);
    const of = store.find(mapping.accountId, name);
    if (!of) throw conflict('Function does not exist');
    return of;
  }

  /** Faults on reading the stream (`dynamodb:GetRecords`, resource: the table, principal: the role). Throws where one fails it. */
  private async passFaults(of: LambdaFunction, hop: TraceId): Promise<readonly Fault[]> {
    const { core, mapping, stream } = this.reader;
    const faults = metBy(hop, core, {
      accountId: mapping.accountId,
      service: 'dynamodb',
      operation: 'GetRecords',
      resource: stream.tableName,
      principal: of.latest.configuration.role,
    });
    const latency = latencyOf(faults);
    if (latency > 0) await core.clock.sleep(latency);
    assertPasses(faults, () => new AwsError('ConnectionFailure', 'The connection to the stream broke.', 503));
    return faults;
  }

  /** Throws `AccessDenied…`. */
  private assertReadable(of: LambdaFunction): void {
    const { core, stream } = this.reader;
    core.identity.authorize({
      principal: asRole(of.latest.configuration.role),
      action: 'dynamodb:GetRecords',
      resource: stream.arn,
      resourceAccount: stream.accountId,
    });
  }
}

/**
 * Where the first failure stands in a batch; nothing where there is none.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html: an answer that names no record of the
 * batch fails all of it.
 */
function firstFailure(payload: string, records: readonly StreamRecord[]): number | undefined {
  const answer = JSON.parse(payload) as { batchItemFailures?: unknown } | null;
  const failures = answer?.batchItemFailures;
  if (failures === undefined || failures === null) return undefined;
  if (!Array.isArray(failures)) return 0;
  const numbers = records.map(({ position }) => sequenceNumber(position));
  const at = failures.map((failure: { itemIdentifier?: unknown } | null) =>
    numbers.indexOf(String(failure?.itemIdentifier)),
  );
  return at.length === 0 ? undefined : Math.max(0, Math.min(...at));
}
