/**
 * Where Lambda tells how an asynchronous invocation ended: to the destinations of its event invoke configuration, a record of
 * it; to the function's dead-letter queue, the event itself. Both in the name of the function's role.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { AwsError, type Core, type Delivery, type Principal, type TraceId } from '../../contract.ts';
import type { EventBuses } from '../events/buses.ts';
import type { AsyncEvent } from './asynchronous.ts';
import type { Invoked } from './invoker.ts';
import type { Meter } from './meter.ts';
import { type LambdaFunction, resolveVersion, type Version } from './store.ts';

export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/** A dead letter says why in at most a kilobyte. */
const LONGEST_MESSAGE = 1024;

export class Destinations {
  constructor(
    private readonly core: Core,
    private readonly meter: Meter,
    private readonly buses: EventBuses,
  ) {}

  /** Tells whoever is to know. What cannot be told is counted, and not tried again. */
  async tell(of: LambdaFunction, event: AsyncEvent, condition: Condition, cause: TraceId): Promise<void> {
    const config = of.asynchronous.get(event.qualifier ?? '$LATEST');
    const version = event.last?.version ?? versionOf(of, event.qualifier);
    const success = condition === 'Success';
    const destination = success ? config?.onSuccess : config?.onFailure;
    const deadLetters = success ? undefined : version.configuration.deadLetterTarget;
    if (destination) {
      await this.send('SendToDestination', 'DestinationDeliveryFailures', destination, of, event, cause, (hop) =>
        this.deliver(destination, recordOf(of, event, condition, this.core.clock.now()), of, version, hop),
      );
    }
    if (deadLetters) {
      await this.send('SendToDeadLetterQueue', 'DeadLetterErrors', deadLetters, of, event, cause, (hop) =>
        this.core.targets.get(deadLetters).deliver(deadLetters, {
          ...inRoleOf(this.core, of, version, hop),
          payload: event.payload,
          attributes: deadLetterAttributes(event),
        }),
      );
    }
  }

  private async send(
    operation: string,
    metric: string,
    resource: string,
    of: LambdaFunction,
    event: AsyncEvent,
    cause: TraceId,
    act: (hop: TraceId) => Promise<void>,
  ): Promise<void> {
    const { core } = this;
    const done = core.clock.busy('telling how an invocation ended');
    const detail = { requestId: event.requestId };
    const { accountId } = of;
    const hop = core.trace.add({ kind: 'hop', accountId, service: 'lambda', operation, resource, cause, detail });
    try {
      await act(hop);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      core.trace.amend(hop, { error: error.code });
      this.meter.count(of, event.qualifier, metric, hop);
    } finally {
      done();
    }
  }

  private async deliver(
    arn: string,
    record: InvocationRecord,
    of: LambdaFunction,
    version: Version,
    hop: TraceId,
  ): Promise<void> {
    const sender = inRoleOf(this.core, of, version, hop);
    if (arn.split(':')[2] !== 'events') {
      await this.core.targets.get(arn).deliver(arn, { ...sender, payload: JSON.stringify(record) });
      return;
    }
    const result = record.requestContext.condition === 'Success' ? 'Success' : 'Failure';
    this.buses.put(
      arn,
      {
        source: 'lambda',
        detailType: `Lambda Function Invocation Result - ${result}`,
        resources: [arn, record.requestContext.functionArn],
        detail: JSON.stringify(record),
      },
      sender.as,
      hop,
    );
  }
}

/** Who tells of a function: Lambda, in the function's role. Throws `AccessDeniedException` where it may not assume the role. */
export function inRoleOf(
  { identity }: Core,
  of: LambdaFunction,
  { configuration: { role } }: Version,
  cause: TraceId,
): Omit<Delivery, 'payload'> & { readonly as: Principal } {
  const service = 'lambda.amazonaws.com';
  const sender = { sourceArn: of.arn, sourceAccount: of.accountId, cause };
  const as = identity.assumeFor(role, { ...sender, service, sessionName: of.name.slice(0, 64) });
  if (!as) throw new AwsError('AccessDeniedException', `Lambda may not assume the role ${role}.`, 403);
  return { ...sender, from: service, as };
}

/** The member of a record that tells how an invocation ended. */
export const responseContextOf = ({ version, outcome }: Invoked) => ({
  statusCode: 200,
  executedVersion: version.name,
  ...(outcome.ok ? {} : { functionError: 'Unhandled' }),
});

export type InvocationRecord = ReturnType<typeof recordOf>;

/** An invocation that was never made has neither a response nor a context of one. */
function recordOf(of: LambdaFunction, event: AsyncEvent, condition: Condition, now: number) {
  const { last } = event;
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${of.arn}:${event.qualifier ?? '$LATEST'}`,
      condition,
      approximateInvokeCount: event.invocations,
    },
    requestPayload: parsed(event.payload),
    ...(last
      ? {
          responseContext: responseContextOf(last),
          responsePayload: parsed(last.outcome.ok ? last.outcome.payload : last.outcome.failure.body),
        }
      : {}),
  };
}

/** Whose role tells of an event that never ran; the alias may be gone by then. */
function versionOf(of: LambdaFunction, qualifier: string | undefined): Version {
  try {
    return resolveVersion(of, qualifier, Math.random);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return of.serving;
  }
}

/** A runtime may have answered anything. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
function deadLetterAttributes({ requestId, last, refused }: AsyncEvent): Record<string, string | number> {
  const body = last && !last.outcome.ok ? parsed(last.outcome.failure.body) : undefined;
  const message =
    refused?.message ?? String((body as { errorMessage?: unknown } | null | undefined)?.errorMessage ?? '');
  return {
    RequestID: requestId,
    ErrorCode: refused?.status ?? 200,
    ...(message ? { ErrorMessage: Buffer.from(message).subarray(0, LONGEST_MESSAGE).toString() } : {}),
  };
}
