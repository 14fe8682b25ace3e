/**
 * Step 3.5: from upload to alarm
 *
 * A script that connects what is there already, a bucket and a function, by what is missing: two queues, a notification
 * and an alarm. When THRESHOLD documents wait, the drain is to start.
 *
 *   Environment  NAME          of the queue; what else is made has a name that begins with it
 *                INBOX         the bucket in which documents arrive
 *                DRAIN         the name of the function that empties the queue
 *                THRESHOLD     the number of waiting documents at which it starts
 *                MAX_RECEIVES  how often a message may be received before it is put aside
 *
 *   NAME-dead    the dead-letter queue: takes messages of NAME that were received MAX_RECEIVES times and not deleted
 *   NAME         the queue. What is received stays hidden at least as long as the drain may run: its time limit. S3 may
 *                send to it, on behalf of INBOX in this account, and nobody else.
 *   INBOX        tells NAME of each new object whose key ends in `.pdf`. What the bucket tells others stays as it is.
 *   NAME-depth   the alarm. Goes off when NAME has THRESHOLD visible messages or more at a full minute, and starts the drain.
 *                A queue that nobody has touched for six hours is not measured at all; the alarm then says OK.
 *   DRAIN        lets this alarm start it, and no other.
 *
 * S3 tries a new notification with a test event, which lies in the queue like a document. Take it out again, and nothing
 * else: 99 documents are not 100.
 *
 * The script may be run at any time: again, with another THRESHOLD, after a run that broke off half-way, and while
 * documents wait in the queue. Afterwards all is as above, and no document is lost. A call that fails fails the script.
 */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';

const [sqs, lambda] = [new SQSClient(), new LambdaClient()];

const name = setting('NAME');
const drain = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: setting('DRAIN') }));
// arn:aws:lambda:REGION:ACCOUNT:function:NAME tells where we are: what you need for the ARNs of the others.
const [, , , region, account] = drain.FunctionArn!.split(':');

const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
console.log(`${drain.FunctionName} in ${region} may take ${drain.Timeout} s; the queue is ${QueueUrl}`);

// Your part. Ask for each thing: what if it is there already? And for each pair: which one is made first?
console.log(`nothing yet connects ${setting('INBOX')} in ${account} with it`);

/** A variable of the environment, which has to be there. */
function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: wire.ts is told everything by its environment.`);
  return value;
}
