/** Invoking a function and reading what it said. */
import {
  type FilteredLogEvent,
  paginateFilterLogEvents,
  paginateGetLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Deployed, Invocation } from './contract.ts';
import { errorOfPayload } from './learner-error.ts';
import type { Session } from './session.ts';
import { sleep } from './time.ts';
import { isOfRuntime, plain } from './unheard.ts';

export function deployed(session: Session, name: string, qualifier: string | undefined, roleArn: string): Deployed {
  const { aws, accountId } = session;

  const invoke = async (event: unknown): Promise<Invocation> => {
    const answer = await aws.lambda.send(
      new InvokeCommand({
        FunctionName: name,
        Qualifier: qualifier,
        Payload: Buffer.from(JSON.stringify(event) ?? 'null'),
      }),
    );
    const requestId = answer.$metadata.requestId ?? '';
    const payload = parse(Buffer.from(answer.Payload ?? []).toString('utf8'));
    const invocation = {
      value: answer.FunctionError ? undefined : payload,
      ...(answer.FunctionError ? { error: errorOfPayload(payload, session.answer) } : {}),
      requestId,
      ...(await readLog(session, name, requestId)),
    };
    session.note(invocation.output);
    session.heard.add(requestId);
    return invocation;
  };

  return {
    name,
    arn: `arn:aws:lambda:us-east-1:${accountId}:function:${name}${qualifier ? `:${qualifier}` : ''}`,
    roleArn,
    invoke,
    async invokeTogether(events) {
      const { control } = session;
      // Time stands until all have arrived: none can be over before the last has begun.
      const begun = (await control.trace(accountId)).length;
      await control.pause();
      const fault = await control.addFault(accountId, {
        service: 'lambda',
        operation: 'Invoke',
        resource: name,
        effect: { kind: 'latency', ms: 1 },
      });
      try {
        const invocations = events.map((event) => invoke(event));
        const arrived = async (): Promise<number> =>
          (await control.trace(accountId))
            .slice(begun)
            .filter(({ kind, operation }) => kind === 'call' && operation === 'Invoke').length;
        while ((await arrived()) < events.length) await new Promise((resolve) => setTimeout(resolve, 1));
        await control.resume();
        return await Promise.all(invocations);
      } finally {
        await control.resume();
        await control.removeFault(fault);
      }
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Real milliseconds that an engine may take to write an invocation's log. */
const LOG_LIMIT = 10_000;

/** The invocation's own lines, out of its log stream: what stands between START and END. */
async function readLog(
  session: Session,
  name: string,
  requestId: string,
): Promise<Pick<Invocation, 'output' | 'duration' | 'environment' | 'cold'>> {
  const { logs } = session.aws;
  const group = `/aws/lambda/${name}`;
  const found = await reportOf(session, group, requestId);
  // Not every engine writes a log of a function that did not even begin.
  if (!found && !session.run.virtualTime) return { output: [], duration: 0, environment: '', cold: false };
  const environment = found?.logStreamName ?? '';
  // Lines that a program has given a later time than its end are none of it.
  const until = found?.timestamp === undefined ? {} : { endTime: found.timestamp + 1 };
  const place = { logGroupName: group, logStreamName: environment, startFromHead: true, ...until };
  const lines: string[] = [];
  for await (const { events = [] } of paginateGetLogEvents({ client: logs, stopOnSameToken: true }, place)) {
    lines.push(...events.map(({ message = '' }) => message.replace(/\n$/, '')));
  }
  const from = lines.findIndex((line) => line.startsWith(`START RequestId: ${requestId}`));
  const to = lines.findLastIndex((line) => line.startsWith(`END RequestId: ${requestId}`));
  const report = found?.message ?? '';
  return {
    output: lines
      .slice(from + 1, to)
      .map(plain)
      .filter((line) => !isOfRuntime(line)),
    duration: Number(/Duration: ([\d.]+) ms/.exec(report)?.[1] ?? 0),
    environment,
    cold: report.includes('Init Duration'),
  };
}

/** The invocation's REPORT line. An engine on wall time writes logs when it comes to it. */
async function reportOf(
  { aws, run }: Session,
  logGroupName: string,
  requestId: string,
): Promise<FilteredLogEvent | undefined> {
  const wanted = `REPORT RequestId: ${requestId}`;
  const limit = Date.now() + (run.virtualTime ? 0 : LOG_LIMIT);
  for (;;) {
    const late = Date.now() >= limit;
    const events: FilteredLogEvent[] = [];
    try {
      const query = { logGroupName, filterPattern: `"${wanted}"` };
      for await (const page of paginateFilterLogEvents({ client: aws.logs }, query))
        events.push(...(page.events ?? []));
    } catch (error) {
      if (run.virtualTime || !(error instanceof ResourceNotFoundException)) throw error;
    }
    // LocalStack takes the pattern and answers with all events.
    const found = lastOf(events.filter(({ message }) => message?.startsWith(wanted)));
    if (found || late) return found;
    await sleep(20);
  }
}

/** The platform's own: it is written last, when the function stands still. What the function prints like it has come before. */
const lastOf = (events: readonly FilteredLogEvent[]): FilteredLogEvent | undefined =>
  events
    .toSorted((one, other) => one.ingestionTime! - other.ingestionTime! || (one.eventId! < other.eventId! ? -1 : 1))
    .at(-1);
