/**
 * Step 3.11: the same with an event source mapping
 *
 * Nothing of your own has to read a queue. Lambda does it when it is told to: an event source mapping polls, gathers messages,
 * invokes the function with a batch of them, and deletes them when it has succeeded. This script makes that mapping, from the queue to
 * the function of batch.ts. The queue is there, with a dead-letter queue; alarm, drain and sweep are not.
 *
 *   NAME                 the queue
 *   BATCH                the function's name
 *   BATCH_SIZE           messages that an invocation gets at most
 *   WINDOW_SECONDS       how long messages are gathered for a batch at most
 *   MAXIMUM_CONCURRENCY  invocations at a time
 *
 * What is asked of it:
 *
 *   - One message that fails costs no other of its batch anything: the function tells which, and Lambda listens.
 *   - Nobody else gets a message while it is gathered, worked on or waits for a throttled function. AWS advises six times the time
 *     limit of the function, and the window. A queue that hides its messages longer is left as it is.
 *   - It can be run at any time: twice, after a change of any number, for another function, after a run that broke off. When it ends,
 *     the queue has one mapping, which is enabled and is as it was told. Lambda takes a while over each change of a mapping, and
 *     refuses others meanwhile.
 *
 * And fill in decision.json. It is graded with the drain of the solution and with your batch.ts, side by side: what was measured stands
 * in the report as soon as a field is missing or wrong. Prices are those of chapters/facts.json, without any free tier.
 *
 *   designs    "alarm" (steps 3.5 to 3.9) or "mapping" for each kind of work
 *   seven messages with a batch size of 100 and a window of 60 s: after how many seconds the function is invoked, with how many of
 *     them, and because: "window-is-over", "batch-size-is-a-minimum", "payload-is-full" or "pollers-share-them"
 *   a month of 30 days without a document: how often the mapping receives (Lambda keeps so many long polls of the longest kind open
 *     as it begins with batches), what that costs, what the alarm costs; how many seconds a sweep runs that finds nothing, what
 *     such a sweep costs with 512 MB on arm64 (its request, its time, its receives), and from how many sweeps a day on the design
 *     with the alarm is the dearer one. Dollars; 2 % more or less are right.
 */
import { CreateEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';

const sqs = new SQSClient();
const lambda = new LambdaClient();

const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl: await urlOf(setting('NAME')), AttributeNames: ['QueueArn'] }),
);
await lambda.send(
  new CreateEventSourceMappingCommand({
    EventSourceArn: Attributes!.QueueArn,
    FunctionName: setting('BATCH'),
    BatchSize: Number(setting('BATCH_SIZE')),
    MaximumBatchingWindowInSeconds: Number(setting('WINDOW_SECONDS')),
  }),
);

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: mapping.ts is told everything by its environment.`);
  return value;
}
