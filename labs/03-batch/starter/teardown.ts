/**
 * Step 3.10: taking it down
 *
 * The office closes. This script removes what wire.ts and sweep.ts have made, and loses nothing: each document that was announced to
 * the queue has its result or its saved dead letter before the queues go.
 *
 *   NAME      the queue is NAME, the dead-letter queue NAME-dead, the alarm NAME-depth, the schedule NAME-sweep
 *   INBOX     the bucket whose notification goes to the queue. Other notifications of the bucket stay.
 *   RESULTS   the bucket where dead letters are saved
 *   DRAIN     the function that empties the queue; it stays, and so do both buckets with all that is in them
 *
 * Removed are: the notification; the schedule; the alarm, and the statement in the function's policy that lets this alarm invoke it
 * (its id is whatever wire.ts has chosen); an event source mapping that reads from the queue, if somebody has made one; both queues.
 *
 * Saved is each dead letter, as `dead-letters/${message id}.json` in RESULTS:
 *
 *   { "id": message id, "reason": the attribute `reason`, or null, "body": the body as it was, a string }
 *
 *   - It may be run at any time: before anything was made, in mid-run, twice. Messages may be in flight: at a drain that is still
 *     at work, or hidden until their next attempt. The script waits for them; it invokes the drain for what is visible.
 *   - A run that broke off at any call is completed by the next one. When a call fails for good, the exit code is not 0.
 *   - When the drain itself fails three times in a row, the script gives up: exit code not 0, and all is still in the queues.
 */
import { CloudWatchClient, DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { urlOf } from './queues.ts';

const sqs = new SQSClient();
const cloudwatch = new CloudWatchClient();
const name = process.env.NAME!;

// Your part. This is quick, and ends well once, on a good day.
await sqs.send(new DeleteQueueCommand({ QueueUrl: await urlOf(name) }));
await sqs.send(new DeleteQueueCommand({ QueueUrl: await urlOf(`${name}-dead`) }));
await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [`${name}-depth`] }));
