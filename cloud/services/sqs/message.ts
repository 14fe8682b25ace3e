/**
 * What a message may be. Throws what SendMessage throws.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
import type { MessageSystemAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError } from '../../contract.ts';
import type { Attributes } from './attributes.ts';
import type { MessageAttributes } from './digest.ts';
import { assertWithin, invalidParameter, invalidValue, missingParameter } from './errors.ts';
import { validateKind } from './fifo.ts';

/** What SendMessage and an entry of SendMessageBatch have in common. */
export interface Draft {
  readonly MessageBody: string | undefined;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: MessageAttributes | undefined;
  readonly MessageSystemAttributes?: Readonly<Record<string, MessageSystemAttributeValue>> | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

/** Size as SQS bills and limits it: body, and name, type and value of every attribute; in bytes of UTF-8. */
export function sizeOf(draft: Pick<Draft, 'MessageBody' | 'MessageAttributes'>): number {
  let size = Buffer.byteLength(draft.MessageBody ?? '');
  for (const [name, value] of Object.entries(draft.MessageAttributes ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(value.DataType ?? '');
    size += value.BinaryValue?.length ?? Buffer.byteLength(value.StringValue ?? '');
  }
  return size;
}

/** Checks all but the size, whose message differs between SendMessage and SendMessageBatch. `queue`: its attributes. */
export function validateDraft(draft: Draft, queue: Attributes): void {
  if (!draft.MessageBody) throw missingParameter('MessageBody');
  // XML 1.0's characters. With the `u` flag a lone half of a surrogate pair is a character of its own.
  if (!/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u.test(draft.MessageBody)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
      400,
    );
  }
  assertWithin(draft.DelaySeconds, 'DelaySeconds', [0, 900], 'DelaySeconds must be >= 0 and <= 900.');
  assertId(draft.MessageGroupId, 'MessageGroupId');
  assertId(draft.MessageDeduplicationId, 'MessageDeduplicationId');
  validateKind(draft, queue);
  validateAttributes(draft.MessageAttributes ?? {});
  for (const [name, value] of Object.entries(draft.MessageSystemAttributes ?? {})) {
    if (name !== 'AWSTraceHeader' || value.DataType !== 'String' || !value.StringValue) {
      throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
    }
  }
}

/** Groups, deduplication ids and the names of attempts are of one form. Throws `InvalidParameterValue`. */
export function assertId(value: string | undefined, parameter: string): void {
  if (value === undefined || /^[!-~]{1,128}$/.test(value)) return;
  throw invalidValue(
    value,
    parameter,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

function validateAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > 10) {
    throw invalidParameter(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  }
  for (const [name, value] of entries) {
    if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || name.length > 256 || /^(aws|amazon)\./i.test(name)) {
      throw invalidParameter(
        `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.`,
      );
    }
    // The wire lets a map's null through.
    const type = (value as typeof value | null)?.DataType ?? '';
    const kind = /^(String|Number|Binary)(\..+)?$/.exec(type)?.[1];
    if (!type)
      throw invalidParameter(`The message attribute '${name}' must contain a non-empty message attribute type.`);
    if (!kind || type.length > 256) {
      throw invalidParameter(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const content = kind === 'Binary' ? value.BinaryValue : value.StringValue;
    if (!content?.length) {
      throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
    }
    if (
      kind === 'Number' &&
      (typeof content !== 'string' || content.trim() === '' || !Number.isFinite(Number(content)))
    ) {
      throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
    }
  }
}
