/**
 * The MD5 digests that SQS answers with. The SDK compares the body's digest and refuses the message when it differs.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** MD5 of a message body, in hex. */
export const md5OfBody = (body: string): string => createHash('md5').update(body, 'utf8').digest('hex');

/** MD5 of message attributes, in hex; undefined where there are none. */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort(byBytes);
  if (!attributes || names.length === 0) return undefined;
  const hash = createHash('md5');
  const field = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name]!;
    field(Buffer.from(name));
    field(Buffer.from(DataType));
    const binary = DataType.startsWith('Binary');
    hash.update(Uint8Array.of(binary ? 2 : 1));
    field(binary ? (BinaryValue ?? new Uint8Array()) : Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
}

const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));
