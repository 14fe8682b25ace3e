/** By an outbox: sends what is laid there, and takes it away once it is sent. A profile that is new is its own first event. */
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { encode } from './contract.ts';
import { dynamodb, type Item, item, type Row, row } from './rows.ts';

export interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
    readonly dynamodb: { readonly ApproximateCreationDateTime: number; readonly NewImage?: Item };
  }[];
}

const sqs = new SQSClient();

export async function handler({ Records }: StreamEvent): Promise<void> {
  for (const { eventName, dynamodb: change } of Records) {
    if (eventName !== 'INSERT' || !change.NewImage) continue;
    const laid = row(change.NewImage);
    const isOutbox = String(laid.sk).startsWith('OUTBOX#');
    if (!isOutbox && laid.sk !== 'PROFILE') continue;
    await send(laid, new Date(change.ApproximateCreationDateTime * 1000).toISOString());
    if (isOutbox) await taken(laid);
  }
}

async function send({ user, name, revision }: Row, at: string): Promise<void> {
  const MessageBody = encode({ user: String(user), name: String(name), revision: Number(revision) }, at);
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.EVENTS!, MessageBody }));
}

async function taken({ pk, sk }: Row): Promise<void> {
  const Key = item({ pk: pk!, sk: sk! });
  await dynamodb.send(new DeleteItemCommand({ TableName: process.env.FEED_TABLE!, Key }));
}
