/** Given; nothing to do here. */
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient();
const known = new Map<string, string>();

/** The URL of the queue of this name in the account, asked for once in an execution environment. */
export async function urlOf(name: string): Promise<string> {
  const url = known.get(name) ?? (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl!;
  known.set(name, url);
  return url;
}
