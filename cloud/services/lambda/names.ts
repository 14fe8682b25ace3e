/** How functions are named: plainly, with a qualifier, or by an ARN. */
import type { Call } from '../../contract.ts';
import { invalidParameter } from './errors.ts';

export interface FunctionReference {
  readonly accountId: string;
  readonly name: string;
  readonly qualifier: string | undefined;
}

export const functionArn = (region: string, accountId: string, name: string, qualifier?: string): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;

/** Reads `name`, `name:qualifier`, `123456789012:function:name` or an ARN. Throws `InvalidParameterValueException`. */
export function parseReference(given: string | undefined, accountId: string): FunctionReference {
  const match = /^(?:arn:aws:lambda:[\w-]+:)?(?:(\d{12}):)?(?:function:)?([\w-]{1,140})(?::(\$LATEST|[\w-]+))?$/.exec(
    given ?? '',
  );
  if (!match) {
    throw invalidParameter(
      `1 validation error detected: Value '${given}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  return { accountId: match[1] ?? accountId, name: match[2]!, qualifier: match[3] };
}

/** The function and qualifier that a call names, by name and by parameter. Throws when the two disagree. */
export function referenceOf(call: Call, given: string | undefined, qualifier: string | undefined): FunctionReference {
  const reference = parseReference(given, call.accountId);
  if (qualifier !== undefined && reference.qualifier !== undefined && qualifier !== reference.qualifier) {
    throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
  }
  return { ...reference, qualifier: reference.qualifier ?? qualifier };
}
