import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { encode } from './contract.ts';
import { type Item, row } from './rows.ts';

/** What Lambda brings from a stream: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
    readonly dynamodb: {
      /** Seconds since 1970. */
      readonly ApproximateCreationDateTime: number;
      readonly NewImage?: Item;
      readonly OldImage?: Item;
    };
  }[];
}

const sqs = new SQSClient();

export async function handler({ Records }: StreamEvent): Promise<void> {
  // One after the other: where one fails, all from there on come again, and none after it has gone ahead.
  for (const { dynamodb } of Records) {
    const now = row(dynamodb.NewImage!);
    const before = dynamodb.OldImage && row(dynamodb.OldImage);
    if (now.sk !== 'PROFILE' || now.revision === before?.revision) continue;
    const profile = { user: String(now.user), name: String(now.name), revision: Number(now.revision) };
    const at = new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString();
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.EVENTS!, MessageBody: encode(profile, at) }));
  }
}
