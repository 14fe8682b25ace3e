/**
 * Another way: SQS moves the letters itself, by a message move task. Nothing is received here, so nothing is hidden from the next run,
 * and a run that breaks off leaves a task that goes on without it.
 */

import { setTimeout as wait } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';

const sqs = new SQSClient();
const name = process.env.NAME;
if (!name) throw new Error('Set NAME, the name of the queue.');

const [source, destination] = await Promise.all([arnOf(`${name}-dead`), arnOf(name)]);
// There is one task of a queue at a time: another run's comes first.
await taskEnded();
await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: source, DestinationArn: destination }));
console.log(`${name}: ${await taskEnded()} dead letters are back in the queue`);

/** Waits for the newest task, and tells how much it has moved. */
async function taskEnded(): Promise<number> {
  for (;;) {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: source, MaxResults: 1 }));
    const { Status, ApproximateNumberOfMessagesMoved: moved = 0, FailureReason } = Results[0] ?? {};
    if (Status === 'FAILED') throw new Error(`SQS could not move the letters: ${FailureReason}`);
    if (Status !== 'RUNNING' && Status !== 'CANCELLING') return moved;
    await wait(2000);
  }
}

async function arnOf(queue: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: await urlOf(queue), AttributeNames: ['QueueArn'] }),
  );
  return Attributes!.QueueArn!;
}
