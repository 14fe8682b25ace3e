/** What a design did with its documents, read from the trace alone. */
import type { Check } from '#kit';

type Trace = Awaited<ReturnType<Check['trace']>>;
type Entry = Trace[number];

export interface Invocation {
  /** Milliseconds on the cloud's clock. */
  readonly from: number;
  readonly billed: number;
  /** Calls of SQS: its own, or those that Lambda makes for a mapping. */
  readonly calls: number;
  /** Documents whose result it wrote. */
  readonly results: number;
}

/** Documents of one kind. */
export interface Documents {
  readonly count: number;
  /** Milliseconds from the upload of a document to its result, the longest. */
  readonly latency: number;
  /** Milliseconds from the first upload to the last result. */
  readonly total: number;
  /** Documents that were worked on at the same moment, at most. */
  readonly atOnce: number;
  readonly invocations: readonly Invocation[];
  /** Milliseconds from the first upload to the first invocation. */
  readonly wait: number;
}

export interface Design {
  readonly invocations: readonly Invocation[];
  /** By kind: what the keys begin with. */
  readonly documents: Readonly<Record<string, Documents>>;
}

interface Observed {
  readonly inbox: string;
  readonly results: string;
  /** The function that reads the documents. */
  readonly drain: { readonly arn: string };
}

export function read(trace: Trace, design: Observed, kinds: readonly string[]): Design {
  const invocations = invocationsOf(trace, design);
  return {
    invocations,
    documents: Object.fromEntries(kinds.map((kind) => [kind, documentsOf(trace, design, kind, invocations)])),
  };
}

function invocationsOf(trace: Trace, { drain, results }: Observed): Invocation[] {
  const byId = new Map(trace.map((entry) => [entry.id, entry]));
  const ends = new Map(trace.filter(({ operation }) => operation === 'Freeze').map((entry) => [entry.cause, entry]));
  // What a function calls names the start of its environment, which serves one invocation after the other.
  const environmentOf = (call: Entry): unknown => byId.get(call.cause ?? -1)?.detail?.environment;
  return trace
    .filter(({ operation, resource }) => operation === 'Invocation' && resource === drain.arn)
    .map((invocation) => {
      const end = ends.get(invocation.id);
      const own = trace.filter(
        (entry) =>
          entry.kind === 'call' &&
          entry.id > invocation.id &&
          entry.id < (end?.id ?? Number.POSITIVE_INFINITY) &&
          environmentOf(entry) === invocation.detail?.environment,
      );
      const poll = byId.get(invocation.cause ?? -1);
      const messages = poll?.operation === 'PollQueue' ? Number(poll.detail?.messages) : 0;
      return {
        from: invocation.time,
        // Rounded up to a millisecond.
        billed: Math.max(1, (end?.time ?? invocation.time) - invocation.time),
        // A mapping receives ten messages by a call, and deletes them by another.
        calls: own.filter(({ service }) => service === 'sqs').length + 2 * Math.ceil(messages / 10),
        results: own.filter(
          ({ operation, resource, error }) =>
            operation === 'PutObject' && resource?.startsWith(`${results}/`) && !error,
        ).length,
      };
    });
}

function documentsOf(
  trace: Trace,
  { inbox, results }: Observed,
  kind: string,
  invocations: readonly Invocation[],
): Documents {
  const times = (operation: string, bucket: string) =>
    trace
      .filter((entry) => entry.operation === operation && !entry.error)
      .filter(({ resource }) => resource?.startsWith(`${bucket}/${kind}-`))
      .map(({ resource, time }) => ({ key: resource!.slice(bucket.length + 1).split('/')[0]!, time }));
  const uploads = times('PutObject', inbox);
  const reads = new Map(times('GetObject', inbox).map(({ key, time }) => [key, time]));
  const written = new Map(times('PutObject', results).map(({ key, time }) => [key, time]));
  const spans = uploads.map(({ key, time }) => ({
    uploaded: time,
    read: reads.get(key) ?? Number.POSITIVE_INFINITY,
    written: written.get(key) ?? Number.POSITIVE_INFINITY,
  }));
  const begun = Math.min(...uploads.map(({ time }) => time));
  const ended = Math.max(...spans.map((span) => span.written));
  const during = invocations.filter(({ from, results: done }) => from >= begun && from <= ended && done > 0);
  return {
    count: uploads.length,
    latency: Math.max(...spans.map((span) => span.written - span.uploaded)),
    total: ended - begun,
    atOnce: Math.max(
      ...spans.map(({ read: at }) => spans.filter((other) => other.read <= at && at < other.written).length),
    ),
    invocations: during,
    wait: Math.min(...during.map(({ from }) => from)) - begun,
  };
}
