/** What the tests of Lambda share. */
import * as api from '@aws-sdk/client-lambda';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll } from 'vitest';
import type { CloudOptions } from '../../cloud.ts';
import type { Statement } from '../../identity/policy.ts';
import { openTestCloud, type TestCloud } from '../../testing.ts';
import { PATH } from './environment-variables.ts';
import { commandFor } from './runtimes.ts';

export let t: TestCloud;
let count = 0;

/** Opens a cloud for the tests of a file. */
export function useCloud(options: Partial<CloudOptions> = {}): void {
  beforeAll(async () => {
    t = await openTestCloud(options);
  });
  afterAll(() => t.close());
}

export const MINUTE = 60_000;
export const fresh = (what: string): string => `${what}-${++count}`;
export const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:${t.accountId}:function:${name}`;

/** A role that may do these things to everything. */
export const roleFor = (...actions: string[]): Promise<string> => {
  const statements: Statement[] = actions.map((Action) => ({ Effect: 'Allow', Action, Resource: '*' }));
  return t.role(fresh('role'), ...statements);
};

export async function deployed(source: string, more: Partial<api.CreateFunctionCommandInput> = {}): Promise<string> {
  const name = fresh('function');
  await t.deploy(name, source, more);
  return name;
}

/** Must functions in Python be tested here? Where there is one elsewhere, functions do not find it either. */
export const withPython =
  process.env.WORKBOOK_REQUIRE_PYTHON === '1' || !('missing' in commandFor('python3.12', '', PATH));

/** A function in Python, of this `index.py` and of other files. */
export async function deployedPython(
  source: string,
  more: Partial<api.CreateFunctionCommandInput> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const all = Object.entries({ 'index.py': source, ...files }).map(([path, text]) => [path, strToU8(text)]);
  const Code = { ZipFile: zipSync(Object.fromEntries(all)) };
  return deployed('', { Runtime: 'python3.12', Code, ...more });
}

export async function queue(Attributes: Record<string, string> = {}): Promise<{ url: string; arn: string }> {
  const { QueueUrl } = await t.sqs.send(new CreateQueueCommand({ QueueName: fresh('queue'), Attributes }));
  const got = await t.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { url: QueueUrl!, arn: got.Attributes!.QueueArn! };
}

export const send = (QueueUrl: string, MessageBody: string, more: object = {}) =>
  t.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));

/** Messages of a queue: those to be had, and those that somebody has. */
export async function depth(QueueUrl: string): Promise<[visible: number, inFlight: number]> {
  const { Attributes = {} } = await t.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return [Number(Attributes.ApproximateNumberOfMessages), Number(Attributes.ApproximateNumberOfMessagesNotVisible)];
}

/** Sends an event and lets time pass. */
export async function sendEvent(name: string, payload: unknown, passing = 10 * MINUTE): Promise<void> {
  await t.lambda.send(
    new api.InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify(payload) }),
  );
  await t.cloud.clock.advance(passing);
}

/** How often a function has run. */
export const runs = (name: string): number =>
  t.cloud.core.trace
    .entries()
    .filter(({ operation, resource }) => operation === 'Invocation' && `${resource}:`.includes(`:${name}:`)).length;

export const FAILING = `exports.handler = async () => { throw new TypeError('always'); };`;
export const ECHO = `exports.handler = async (event) => ({ event });`;
