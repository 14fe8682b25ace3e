/** From a request to its queue: reads the URL, asks whether the caller may, finds the queue. */
import { AwsError, type Call } from '../../contract.ts';
import { missingParameter, queueDoesNotExist } from './errors.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

export const queueArn = (region: string, accountId: string, name: string): string =>
  `arn:aws:sqs:${region}:${accountId}:${name}`;

/** A queue's URL as the caller can reach it: `http://127.0.0.1:4566/000000000000/jobs`. */
export const queueUrl = (call: Call, queue: { accountId: string; name: string }): string =>
  `${call.endpoint}/${queue.accountId}/${queue.name}`;

/** Throws `AccessDenied…` unless the caller's policies, or the queue's own, allow `sqs:ACTION`. */
export function authorize(call: Call, action: string, arn: string, queue?: Queue): void {
  call.core.identity.authorize({
    principal: call.principal,
    action: `sqs:${action}`,
    resource: arn,
    resourceAccount: arn.split(':')[4] || call.accountId,
    ...(queue?.attributes.Policy ? { resourcePolicy: queue.attributes.Policy } : {}),
  });
}

/** The queue that a URL names, or a name alone, which AWS takes for one of the caller's. Throws `QueueDoesNotExist`, `InvalidAddress`, `AccessDenied…`. */
export function queueOf(queues: Queues, call: Call, url: string | undefined, action: string): Queue {
  if (!url) throw missingParameter('QueueUrl');
  const [name, accountId = call.accountId] = pathOf(url).split('/').reverse();
  if (!name || !/^\d{12}$/.test(accountId)) {
    throw new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`, 404);
  }
  return queueByArn(queues, call, queueArn(call.region, accountId, name), action);
}

export function queueByArn(queues: Queues, call: Call, arn: string, action: string): Queue {
  const queue = queues.find(arn);
  authorize(call, action, arn, queue);
  if (!queue) throw queueDoesNotExist();
  queues.meter.used(queue);
  return queue;
}

function pathOf(url: string): string {
  try {
    return new URL(url).pathname.replace(/\/+$/, '');
  } catch {
    return url;
  }
}
