/** Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { AwsError, type Operation } from '../../../contract.ts';
import { HTTP_STATUS } from '../../../wire/respond.ts';
import { authorize } from '../access.ts';
import type { AsyncQueue } from '../asynchronous.ts';
import { entityTooLarge, functionNotFound } from '../errors.ts';
import { assertEventSize, type Invoker } from '../invoker.ts';
import { referenceOf } from '../names.ts';
import { aliasOf, type FunctionStore, type LambdaFunction } from '../store.ts';

/** Bytes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_ASYNC_EVENT = 1024 * 1024;

/** Throws `RequestEntityTooLargeException`, `InvalidRequestContentException`, `ResourceNotFoundException`, `ResourceConflictException`, `TooManyRequestsException`. */
export const invoke =
  (store: FunctionStore, invoker: Invoker, events: AsyncQueue): Operation<InvokeCommandInput, InvokeCommandOutput> =>
  async (input, call) => {
    const reference = referenceOf(call, input.FunctionName, input.Qualifier);
    const of = store.get({ ...reference, qualifier: reference.qualifier ?? '$LATEST' });
    authorize(call, 'InvokeFunction', of, reference.qualifier);
    assertQualifier(of, reference.qualifier);
    const payload = readPayload(input);
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
    if (input.InvocationType === 'Event') {
      events.enqueue(of, reference.qualifier, payload, call.traceId, call.requestId);
      return { StatusCode: 202 };
    }
    // Somebody waits: the clock may move on by itself until the answer is there.
    const stop = call.core.clock.drive();
    try {
      const result = await call.wait(() =>
        invoker.invoke(of, reference.qualifier, payload, call.traceId, call.requestId),
      );
      const body = result.outcome.ok ? result.outcome.payload : result.outcome.failure.body;
      return {
        [HTTP_STATUS]: 200,
        StatusCode: 200,
        ExecutedVersion: result.version.name,
        Payload: Buffer.from(body) as never,
        ...(result.outcome.ok ? {} : { FunctionError: 'Unhandled' }),
        ...(input.LogType === 'Tail' ? { LogResult: Buffer.from(result.logTail).toString('base64') } : {}),
      };
    } finally {
      stop();
    }
  };

function readPayload({ Payload, InvocationType }: InvokeCommandInput): string {
  const bytes = Buffer.from((Payload ?? '') as Uint8Array | string);
  if (InvocationType !== 'Event') assertEventSize(bytes.length);
  else if (bytes.length > LARGEST_ASYNC_EVENT) {
    throw entityTooLarge(
      `${bytes.length} byte payload is too large for the Event invocation type (limit ${LARGEST_ASYNC_EVENT} bytes)`,
    );
  }
  const text = bytes.toString('utf8');
  if (text.trim() === '') return 'null';
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${why}`, 400);
  }
}

function assertQualifier(of: LambdaFunction, qualifier: string | undefined): void {
  if (qualifier === undefined || qualifier === '$LATEST' || of.versions.has(qualifier)) return;
  if (!of.aliases.has(qualifier)) throw functionNotFound(`${of.arn}:${qualifier}`);
  aliasOf(of, qualifier);
}
