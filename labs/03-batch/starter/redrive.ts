/**
 * Step 3.8, the script for afterwards: brings dead letters back
 *
 * The reader has been mended, or S3 is well again: what lies in the dead-letter queue is to be tried once more. Somebody runs this
 * script, perhaps twice, perhaps while the drain is at work.
 *
 *   NAME   the queue is called NAME, its dead-letter queue NAME-dead
 *
 *   - Each dead letter that is there when the script starts is put back into the queue, with its body as it was, and is then gone
 *     from the dead-letter queue. Twice in the queue does no harm: there is one result for each version. Lost does.
 *   - What the drain gives up again while the script runs stays a dead letter. Or the two would go round in a circle.
 *   - A run that broke off at any call is completed by the next one, even if that comes at once: a message that has been received
 *     is hidden for a while.
 *   - When a call fails for good, the script ends with an exit code that is not 0.
 */
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';

const sqs = new SQSClient();
const dead = await urlOf(`${process.env.NAME!}-dead`);

const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead, WaitTimeSeconds: 20 }));

// Your part. For now it only tells what is there.
for (const { MessageId, Body } of Messages) console.log(`${MessageId}: ${Body}`);
