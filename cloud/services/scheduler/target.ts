/**
 * The call that a schedule makes: `SendMessage` or `Invoke`, named by the ARN of a queue or function, or in full by a
 * universal target.
 * Mirrors https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html and
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
import type { Target } from '@aws-sdk/client-scheduler';
import { AwsError } from '../../contract.ts';
import { invalid } from './errors.ts';

export interface TargetCall {
  /** ARN of the queue or function. */
  readonly arn: string;
  readonly payload: string;
}

export interface Where {
  readonly region: string;
  readonly accountId: string;
}

const UNIVERSAL = 'arn:aws:scheduler:::aws-sdk:';

/** Settings of targets that are not built, which must not seem to work. */
const NOT_BUILT = [
  'EcsParameters',
  'EventBridgeParameters',
  'EventBridgePutEventsV2Parameters',
  'EventBridgePutRawEventsParameters',
  'KinesisParameters',
  'SageMakerPipelineParameters',
  'SqsParameters',
] as const;

/** Without a payload for a target without input: it gets an event. Throws `ValidationException`, `NotImplemented`. */
export function callOf(target: Target, where: Where): TargetCall | { readonly arn: string } {
  const { Arn: arn, Input: input } = target;
  const other = NOT_BUILT.find((name) => target[name] !== undefined);
  if (other) throw new AwsError('NotImplemented', `Targets of this cloud do not take ${other}.`, 501);
  switch (arn) {
    case `${UNIVERSAL}sqs:sendMessage`:
      return sendMessage(requestOf(input), where);
    case `${UNIVERSAL}lambda:invoke`:
      return invoke(requestOf(input), where);
  }
  if (!/^arn:aws:(sqs:[\w-]+:\d{12}:[\w-]+|lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?)$/.test(arn ?? '')) {
    if (!/^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:.+$/.test(arn ?? ''))
      throw invalid('Provided Arn is not in correct format.');
    throw new AwsError('NotImplemented', `Schedules of this cloud cannot call ${arn}.`, 501);
  }
  if (arn!.startsWith('arn:aws:lambda:') && input !== undefined && parse(input) === undefined) {
    throw invalid('The Input of a Lambda target must be well-formed JSON.');
  }
  return { arn: arn!, ...(input === undefined ? {} : { payload: input }) };
}

type Request = Readonly<Record<string, unknown>>;

function requestOf(input: string | undefined): Request {
  const request = parse(input ?? '');
  if (request !== null && typeof request === 'object') return request as Request;
  throw invalid('Invalid RequestJson provided. Reason: it has to be a JSON object.');
}

function sendMessage(request: Request, { region }: Where): TargetCall {
  assertKnown(request, ['QueueUrl', 'MessageBody'], ['QueueUrl', 'MessageBody']);
  const [name, accountId] = String(request.QueueUrl).split('/').reverse();
  return { arn: `arn:aws:sqs:${region}:${accountId ?? ''}:${name}`, payload: String(request.MessageBody) };
}

function invoke(request: Request, { region, accountId }: Where): TargetCall {
  assertKnown(request, ['FunctionName', 'InvocationType', 'Payload'], ['FunctionName']);
  if (request.InvocationType !== 'Event') {
    throw new AwsError('NotImplemented', 'Schedules of this cloud invoke with InvocationType Event.', 501);
  }
  const name = String(request.FunctionName);
  const { Payload: payload = 'null' } = request;
  return {
    arn: name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${accountId}:function:${name}`,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  };
}

function assertKnown(request: Request, known: readonly string[], required: readonly string[]): void {
  const missing = required.find((name) => request[name] === undefined);
  if (missing) throw invalid(`Invalid RequestJson provided. Reason: the field ${missing} is required.`);
  const other = Object.keys(request).find((name) => !known.includes(name));
  if (other) throw new AwsError('NotImplemented', `Universal targets of this cloud do not take ${other}.`, 501);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
