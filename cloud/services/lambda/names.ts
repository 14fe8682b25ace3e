/** How functions are named: plainly, with a qualifier, or by an ARN. */
import { AwsError, type Call } from '../../contract.ts';
import { Constraints } from '../../core/constraints.ts';
import { invalidParameter, notFound } from './errors.ts';

export interface FunctionReference {
  readonly accountId: string;
  readonly name: string;
  readonly qualifier: string | undefined;
}

export const functionArn = (region: string, accountId: string, name: string, qualifier?: string): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;

const PREFIX =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?';
/** As AWS writes them: for new functions, and for those that are there. */
const NEW_NAME = `${PREFIX}([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`;
const NAME = `${PREFIX}([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`;
const QUALIFIER = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+';
/** `my-function-1:2` looks like a region and a name: a region has an ARN's beginning before it. */
const PARTS =
  /^(?:arn:[a-z-]*:lambda:(?:([a-z][a-z-]+-\d):)?)?(?:(\d{12}):)?(?:function:)?([\w.-]+)(?::(\$LATEST(?:\.PUBLISHED)?|[\w-]+))?$/;
const LONGEST = { ofNew: 140, name: 64, qualifier: 128 };

/** Reads `name`, `name:qualifier`, `123456789012:function:name` or an ARN. Throws `ValidationException`. */
export function parseReference(given: string | undefined, accountId: string): FunctionReference {
  const { region: _, ...reference } = split(given, accountId);
  return reference;
}

function split(given: string | undefined, accountId: string): FunctionReference & { region: string | undefined } {
  new Constraints().check(given, 'functionName', { required: true, pattern: NAME }).enforce();
  const [, region, account = accountId, name = '', qualifier] = PARTS.exec(given!) ?? [];
  return { region, accountId: account, name, qualifier };
}

/**
 * The function and qualifier that a call names, by name and by parameter. Throws `ValidationException`,
 * `InvalidParameterValueException` when the two disagree, `ResourceNotFoundException` for another region.
 */
export function referenceOf(call: Call, given: string | undefined, qualifier: string | undefined): FunctionReference {
  new Constraints()
    .check(qualifier, 'qualifier', { length: [1, LONGEST.qualifier], pattern: QUALIFIER })
    .check(given, 'functionName', { required: true, pattern: NAME })
    .enforce();
  const { region, ...reference } = split(given, call.accountId);
  assertHere(region, call);
  if (qualifier !== undefined && reference.qualifier !== undefined && qualifier !== reference.qualifier) {
    throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
  }
  return { ...reference, qualifier: reference.qualifier ?? qualifier };
}

/** The name of a function that is to be made. */
export function newName(call: Call, given: string | undefined): string {
  new Constraints()
    .check(given, 'functionName', { required: true, length: [1, LONGEST.ofNew], pattern: NEW_NAME })
    .enforce();
  const { region, accountId, name } = split(given, call.accountId);
  assertHere(region, call);
  if (accountId !== call.accountId) {
    throw new AwsError(
      'AccessDeniedException',
      `${call.principal.arn} may make functions in account ${call.accountId} only, and ${given} is of another.`,
      403,
    );
  }
  if (name.length > LONGEST.name) {
    throw invalidParameter(
      `1 validation error detected: Value '${given}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST.name}`,
    );
  }
  return name;
}

function assertHere(region: string | undefined, call: Call): void {
  if (region === undefined || region === call.region) return;
  throw notFound(`Functions from '${region}' are not reachable in this region ('${call.region}')`);
}
