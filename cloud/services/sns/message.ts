/**
 * What a message may be. Throws what Publish throws.
 * Mirrors https://docs.aws.amazon.com/sns/latest/api/API_Publish.html and https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { AwsError } from '../../contract.ts';
import { invalidAttribute, invalidParameter } from './errors.ts';
import type { Protocol } from './store.ts';

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** Bytes, with names, types and values of the attributes. */
export const LARGEST = 262_144;
const LONGEST_NAME = 256;

export interface Draft {
  readonly Message?: string | undefined;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: MessageAttributes | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

export interface Message {
  readonly id: string;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  readonly groupId: string | undefined;
  /** The text that goes to endpoints of a protocol. */
  textFor(protocol: Protocol): string;
}

export function sizeOf({ Message = '', MessageAttributes = {} }: Draft): number {
  const attributes = Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType) + (BinaryValue?.length ?? Buffer.byteLength(StringValue)),
    0,
  );
  return Buffer.byteLength(Message) + attributes;
}

/** `path`: of the attributes within the request. Checks all but the size, which differs between one message and a batch. */
export function readMessage(draft: Draft, id: string, path: string): Message {
  const { Message: text, Subject: subject, MessageAttributes: attributes = {} } = draft;
  if (!text) throw invalidParameter('Empty message');
  if (subject !== undefined && !/^[^\s\p{C}][\x20-\x7e]{0,99}$/u.test(subject)) throw invalidParameter('Subject');
  if (draft.MessageDeduplicationId !== undefined) {
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value, path);
  const texts = draft.MessageStructure === 'json' ? readTexts(text) : undefined;
  return {
    id,
    subject,
    attributes,
    groupId: draft.MessageGroupId,
    textFor: (protocol) => (texts ? (texts[protocol] ?? texts.default!) : text),
  };
}

/** A text for each protocol, and one for those that have none of their own. */
function readTexts(message: string): Readonly<Record<string, string>> {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(message) as Record<string, unknown>;
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts = Object.entries(given ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const found = Object.fromEntries(texts);
  if (found.default === undefined) {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return found;
}

function checkAttribute(name: string, value: MessageAttributeValue, path: string): void {
  checkName(name);
  const { DataType: type, StringValue: text, BinaryValue: bytes } = value;
  if (type === undefined) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value null at '${path}.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
      400,
    );
  }
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(type)?.[1];
  if (!kind) {
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const field = kind === 'Binary' ? 'Binary' : 'String';
  const [own, other] = kind === 'Binary' ? [bytes, text] : [text, bytes];
  if (own === undefined && other?.length) {
    throw invalidAttribute(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
  }
  if (!own?.length) {
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (kind === 'Number' && (text!.trim() === '' || !Number.isFinite(Number(text)))) {
    throw invalidAttribute(`Could not cast message attribute '${name}' value to number.`);
  }
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > LONGEST_NAME) {
    throw invalidAttribute('Length of message attribute name must be less than 256 bytes.');
  }
  const odd = /[^\w.-]/.exec(name)?.[0];
  if (odd !== undefined) {
    const code = odd.codePointAt(0)!.toString(16).toUpperCase();
    throw invalidAttribute(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith('.')) {
    throw invalidAttribute("Invalid message attribute name starting with character '.' was found.");
  }
  if (name.endsWith('.')) {
    throw invalidAttribute("Invalid message attribute name ending with character '.' was found.");
  }
  if (name.includes('..')) throw invalidAttribute("Message attribute name can not have successive '.' character.");
}
