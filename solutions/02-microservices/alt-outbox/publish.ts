/** By an outbox: sends what is laid there. A profile that is new is its own first event. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { encode } from './contract.ts';
import { type Item, type Row, row } from './rows.ts';

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
    if (!String(laid.sk).startsWith('OUTBOX#') && laid.sk !== 'PROFILE') continue;
    await send(laid, new Date(change.ApproximateCreationDateTime * 1000).toISOString());
  }
}

async function send({ user, name, revision }: Row, at: string): Promise<void> {
  const MessageBody = encode({ user: String(user), name: String(name), revision: Number(revision) }, at);
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.EVENTS!, MessageBody }));
}
