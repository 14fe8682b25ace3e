/**
 * What functions said whom the grader did not invoke: S3 did, a queue, a stream, another function. It is looked for when a check
 * has failed, for what is missing then may be missing because one of them did not get through.
 */
import {
  DescribeLogGroupsCommand,
  type FilteredLogEvent,
  type FilterLogEventsCommandInput,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { errorOfPayload, type LearnerError } from './learner-error.ts';
import { lastLines, readable } from './output.ts';
import type { Session } from './session.ts';

const PREFIX = '/aws/lambda/';
/** As many as one request may name. */
const MOST_STREAMS = 100;
/** Failures that differ, of each function. */
const MOST_FAILURES = 2;
/** Lines that were printed before a failure. */
const MOST_BEFORE = 4;

/** One invocation, as its log stream tells of it. */
interface Told {
  readonly function: string;
  readonly requestId: string;
  readonly time: number;
  readonly lines: string[];
}

/**
 * All that the learner's code has printed, up to the last lines: first what others have called and what went well, then what
 * the grader has noted, and at the end the failures of which it has seen nothing.
 */
export async function allOutput(session: Session): Promise<readonly string[]> {
  const told = await unheard(session).catch(() => undefined);
  // A cloud that has no logs to show leaves the verdict as it is.
  if (!told) return session.output();
  const failures = new Map<string, string[]>();
  const quiet: string[] = [];
  for (const one of told) {
    const printed = one.lines.map(plain);
    const error = printed.map((line) => failureIn(line, session)).find((found) => found !== undefined);
    const own = readable(
      printed.filter((line) => !isOfRuntime(line)),
      session.answer,
    );
    if (!error) {
      quiet.push(...own);
      continue;
    }
    const says = [
      `${one.function} failed: ${error.type}: ${error.message}`,
      ...(error.at ? [`    at ${error.at}`] : []),
    ];
    const same = `${one.function} ${error.type} ${error.at ?? error.message}`;
    // Again at the end, when it has come again.
    failures.delete(same);
    failures.set(same, [...own.slice(-MOST_BEFORE), ...says]);
  }
  const last = [...failures.values()].slice(-MOST_FAILURES).flat();
  return lastLines([...quiet, ...session.output(), ...readable(last, session.answer)]);
}

/** The invocations that the grader did not make, in the order of their begin. */
async function unheard({ aws: { logs }, heard }: Session): Promise<Told[]> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: PREFIX }));
  const eventsOf = async (request: FilterLogEventsCommandInput): Promise<FilteredLogEvent[]> => {
    const events: FilteredLogEvent[] = [];
    for await (const page of paginateFilterLogEvents({ client: logs }, request)) events.push(...(page.events ?? []));
    return events;
  };
  const isUnheard = ({ requestId }: Pick<Told, 'requestId'>): boolean => !heard.has(requestId);
  const all = await Promise.all(
    logGroups.map(async ({ logGroupName = '' }) => {
      // What the grader has invoked may have printed without end: only streams of others are read whole.
      const begun = await eventsOf({ logGroupName, filterPattern: '"START RequestId"' });
      const streams = begun.filter((event) => {
        const { word, requestId } = markOf(event);
        return word === 'START' && isUnheard({ requestId });
      });
      const logStreamNames = [...new Set(streams.map(({ logStreamName = '' }) => logStreamName))].slice(-MOST_STREAMS);
      if (logStreamNames.length === 0) return [];
      return invocationsOf(logGroupName.slice(PREFIX.length), await eventsOf({ logGroupName, logStreamNames }));
    }),
  );
  return all
    .flat()
    .filter(isUnheard)
    .sort((one, other) => one.time - other.time);
}

/** What the platform writes when an invocation begins and when it ends. */
function markOf({ message = '' }: FilteredLogEvent): { readonly word?: string; readonly requestId: string } {
  const [, word, requestId = ''] = /^(START|END) RequestId: (\S+)/.exec(message) ?? [];
  return { word, requestId };
}

/** A stream tells of one invocation after the other. */
function invocationsOf(name: string, events: readonly FilteredLogEvent[]): Told[] {
  const told: Told[] = [];
  const open = new Map<string, Told>();
  for (const event of events) {
    const { logStreamName = '', message = '', timestamp = 0 } = event;
    const { word, requestId } = markOf(event);
    if (word === 'START') {
      const begun = { function: name, requestId, time: timestamp, lines: [] };
      told.push(begun);
      open.set(logStreamName, begun);
    } else if (word === 'END') {
      open.delete(logStreamName);
    } else {
      open.get(logStreamName)?.lines.push(message.replace(/\n$/, ''));
    }
  }
  return told;
}

/** Without the time, request id and level that the runtime puts before what `console.log` prints. */
export const plain = (line: string): string => line.replace(/^\S+Z\t\S+\t[A-Z]+\t/, '').replaceAll('\r', '\n');

const THROWN = /^(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)\s+(\{.*)$/s;
const ENDED = /^(?:\S+Z )?(?:\S+ )?(Task timed out after [\d.]+ seconds)|^RequestId: \S+ Error: (.*)/;

/** What the runtime and the platform say of a failure, whose message the report shows otherwise. */
export const isOfRuntime = (line: string): boolean => THROWN.test(line);

function failureIn(line: string, { answer }: Session): LearnerError | undefined {
  const [, payload] = THROWN.exec(line) ?? [];
  if (payload !== undefined) return errorOfPayload(parsed(payload), answer);
  const [, timedOut, exited] = ENDED.exec(line) ?? [];
  if (timedOut !== undefined) return { type: 'Sandbox.Timedout', message: timedOut };
  return exited === undefined ? undefined : { type: 'Runtime.ExitError', message: exited };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return { errorMessage: payload };
  }
}
