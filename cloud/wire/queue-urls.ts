/**
 * Where SQS's Query protocol is not what its schemas say: a request may go to a queue's URL in the place of naming the
 * queue, and be a GET. What AWS refuses, and in which words, is in LocalStack's tests that AWS has passed.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
import { AwsError } from '../contract.ts';
import type { ServiceShape } from './describe.ts';
import type { WireRequest } from './request.ts';

const QUEUE = /^\/\d{12}\/[\w-]{1,80}(\.fifo)?\/?$/;

/** Those that concern no queue that is there. GetQueueUrl is taken at any queue's URL. */
const elsewhere = ['CreateQueue', 'ListQueues'];

export const isQueuePath = (path: string): boolean => QUEUE.test(path);

export const speaksOfQueues = ({ name, protocolName }: ServiceShape): boolean =>
  name === 'sqs' && protocolName === 'query';

/** Throws `UnknownOperationException`, `InvalidAction`. */
export function assertAction(service: ServiceShape, { path }: WireRequest, action: string): void {
  if (action === '') throw new AwsError('UnknownOperationException', '', 404);
  if (service.operations.has(action) && !(isQueuePath(path) && elsewhere.includes(action))) return;
  throw new AwsError('InvalidAction', `The action ${action} is not valid for this endpoint.`, 400);
}

/** Adds what the address says to what the form says, which comes first. */
export function readAddress({ path, headers }: WireRequest, form: URLSearchParams): void {
  if (!isQueuePath(path) || form.has('QueueUrl')) return;
  form.set('QueueUrl', `http://${headers.host}${path.replace(/\/$/, '')}`);
}
