/**
 * What arrives of a message: a notification in a queue's message, a record in a function's event, or the bare text.
 * Mirrors https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Millis } from '../../contract.ts';
import type { Message } from './message.ts';
import type { Protocol, Subscription, Topic } from './store.ts';

interface Told {
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly message: Message;
  readonly time: Millis;
  /** URL of the cloud. */
  readonly endpoint: string;
}

/** Written as AWS writes it: indented, with a blank before each colon. */
export function notification(told: Told, protocol: Protocol = 'sqs'): string {
  const { topic, message } = told;
  const { signature, version, certificate, unsubscribe, timestamp } = surroundings(told);
  const members: [string, unknown][] = [
    ['Type', 'Notification'],
    ['MessageId', message.id],
    ['TopicArn', topic.arn],
    ...(message.subject === undefined ? [] : [['Subject', message.subject] as [string, unknown]]),
    ['Message', message.textFor(protocol)],
    ['Timestamp', timestamp],
    ['SignatureVersion', version],
    ['Signature', signature],
    ['SigningCertURL', certificate],
    ['UnsubscribeURL', unsubscribe],
  ];
  const lines = members.map(([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`);
  const attributes = Object.entries(message.attributes).map(
    ([name, value]) => `    ${JSON.stringify(name)} : ${JSON.stringify(attributeOf(value))}`,
  );
  if (attributes.length > 0) lines.push(`  "MessageAttributes" : {\n${attributes.join(',\n')}\n  }`);
  return `{\n${lines.join(',\n')}\n}`;
}

/** The event of a function: one record. */
export function lambdaEvent(told: Told): string {
  const { topic, subscription, message } = told;
  const { signature, certificate, unsubscribe, timestamp } = surroundings(told);
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: message.id,
          TopicArn: topic.arn,
          Subject: message.subject ?? null,
          Message: message.textFor('lambda'),
          Timestamp: timestamp,
          // Whatever the topic says: functions are sent the first version.
          SignatureVersion: '1',
          Signature: signature,
          SigningCertUrl: certificate,
          UnsubscribeUrl: unsubscribe,
          MessageAttributes: Object.fromEntries(
            Object.entries(message.attributes).map(([name, value]) => [name, attributeOf(value)]),
          ),
        },
      },
    ],
  });
}

const attributeOf = ({ DataType, StringValue, BinaryValue }: MessageAttributeValue) => ({
  Type: DataType,
  Value: BinaryValue ? Buffer.from(BinaryValue).toString('base64') : StringValue,
});

/** One file for all messages, as on AWS, where a reader keeps it. */
const CERTIFICATE = createHash('md5').update('SimpleNotificationService').digest('hex');

/** There is no certificate of AWS's here: the signature has the form of one, and nobody can check it. */
function surroundings({ topic, subscription, message, time, endpoint }: Told) {
  const digest = createHash('sha512').update(`${topic.arn} ${message.id}`).digest();
  return {
    timestamp: new Date(time).toISOString(),
    version: topic.attributes.get('SignatureVersion') || '1',
    signature: Buffer.concat([digest, digest, digest, digest]).toString('base64'),
    certificate: `${endpoint}/SimpleNotificationService-${CERTIFICATE}.pem`,
    unsubscribe: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
  };
}
