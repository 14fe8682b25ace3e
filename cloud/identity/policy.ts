/**
 * Policy documents: what their elements are made of, and the rules of those that name a principal, of resources and of roles' trust.
 * identity-grammar.ts has what users and roles are given. Mirrors
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { AwsError } from '../contract.ts';
import { type Condition, isOperator } from './conditions.ts';

export type OneOrMany = string | readonly string[];

export type Principals = '*' | Readonly<Record<string, OneOrMany>>;

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Condition?: Condition;
}

export interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

type Check = (value: unknown) => boolean;
type Json = Readonly<Record<string, unknown>>;

const isText: Check = (value) => typeof value === 'string';
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? value.every(check) : check(value);
const objectOf =
  (check: (value: unknown, name: string) => boolean): Check =>
  (value) =>
    isObject(value) && Object.entries(value).every(([name, one]) => check(one, name));

const isTexts = listOf(isText);
const isScalar: Check = (value) => ['string', 'number', 'boolean'].includes(typeof value);
const isPrincipals: Check = (value) => value === '*' || objectOf(isTexts)(value);
const comparisons = objectOf(listOf(isScalar));
const isCondition = objectOf(
  (keys, name) => comparisons(keys) && (isOperator(name) || Object.keys(keys as Json).length === 0),
);

const ELEMENTS: Readonly<Record<string, Check>> = { Version: isText, Id: isText, Statement: listOf(isObject) };
const OF_STATEMENTS: Readonly<Record<string, Check>> = {
  Sid: isText,
  Effect: isText,
  Action: isTexts,
  NotAction: isTexts,
  Resource: isTexts,
  NotResource: isTexts,
  Principal: isPrincipals,
  NotPrincipal: isPrincipals,
  Condition: isCondition,
};
const EXCLUSIVE = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
  ['Principal', 'NotPrincipal'],
] as const;

export const malformed = (why: string): AwsError => new AwsError('MalformedPolicyDocument', why, 400);

const SYNTAX = 'Invalid policy syntax.';

/** A document whose elements are of the right types, whether or not they are all there. Throws `MalformedPolicyDocument`. */
export function readPolicy(document: string): Policy {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (!isObject(parsed)) throw malformed('This policy contains invalid Json');
  assertElements(parsed, ELEMENTS);
  if (parsed.Version !== undefined && parsed.Version !== '2008-10-17' && parsed.Version !== '2012-10-17') {
    throw malformed('The policy must contain a valid version string');
  }
  if (parsed.Statement === undefined) throw malformed('Missing required field Statement');
  const statements = [parsed.Statement].flat() as Json[];
  for (const statement of statements) {
    assertElements(statement, OF_STATEMENTS);
    if (EXCLUSIVE.some((pair) => pair.every((name) => statement[name] !== undefined))) throw malformed(SYNTAX);
  }
  return { ...parsed, Statement: statements as unknown as readonly Statement[] };
}

function assertElements(given: Json, known: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) throw malformed(`Unknown field ${name}`);
    if (!known[name]!(value)) throw malformed(SYNTAX);
  }
}

const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

/** A policy of a resource, or of a role's trust: a document that says who. Throws `MalformedPolicyDocument` with what is wrong in it. */
export function parsePolicy(document: string): Policy {
  const policy = readPolicy(document);
  if (policy.Statement.length === 0) throw malformed('Could not parse the policy: Statement is empty!');
  for (const { Effect, Action, NotAction, Principal, NotPrincipal } of policy.Statement) {
    if (Effect === undefined) throw malformed('Missing required field Effect');
    if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`Invalid effect: ${String(Effect)}`);
    const who = Principal ?? NotPrincipal;
    if (who === undefined) throw malformed('Missing required field Principal');
    if (NotPrincipal !== undefined && Effect === 'Allow') throw malformed('Allow with NotPrincipal is not allowed.');
    if (typeof who === 'object') {
      const [type, name] = Object.entries(who).find(([key]) => !PRINCIPAL_TYPES.includes(key)) ?? [];
      if (type !== undefined) throw malformed(`Invalid principal in policy: "${type}":"${many(name)[0] ?? ''}"`);
      if (Object.values(who).flat().length === 0) {
        throw malformed('Missing required field Principal cannot be empty!');
      }
    }
    if (many(Action ?? NotAction).length === 0) throw malformed('Missing required field Action');
  }
  const sids = policy.Statement.flatMap(({ Sid }) => (Sid ? [Sid] : []));
  if (new Set(sids).size < sids.length) throw malformed('The Statement Ids in the policy are not unique');
  return policy;
}

export const many = (value: OneOrMany | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'object' ? value : [value];
