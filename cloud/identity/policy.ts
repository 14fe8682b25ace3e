/**
 * Evaluates policy documents. A statement with a condition that this evaluator does not know never allows, and always
 * denies where it is a Deny: a policy is not to grant more here than on AWS.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */

import { AwsError, type Principal } from '../contract.ts';
import { matchesGlob, readGlob } from '../core/glob.ts';
import { conditionsHold } from './conditions.ts';

type OneOrMany = string | readonly string[];

type Principals = '*' | Readonly<Record<string, OneOrMany>>;

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

export interface Policy {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
}

export interface Question {
  readonly action: string;
  readonly resource: string;
  /** Condition keys, as `aws:SourceArn`. */
  readonly context: Readonly<Record<string, string>>;
}

export type Verdict = 'allow' | 'deny' | 'silent';

/** Reads a policy document. Throws `MalformedPolicyDocument` with what is wrong in it. */
export function parsePolicy(document: string): Policy {
  const malformed = (why: string) => new AwsError('MalformedPolicyDocument', why, 400);
  let parsed: { Statement?: unknown };
  try {
    parsed = JSON.parse(document) as { Statement?: unknown };
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (parsed === null || typeof parsed !== 'object' || parsed.Statement === undefined) {
    throw malformed('Syntax errors in policy: it has no Statement.');
  }
  const statements = (Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement]) as Statement[];
  for (const { Effect, Action, NotAction } of statements) {
    if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed('Syntax errors in policy: Effect is Allow or Deny.');
    if (Action === undefined && NotAction === undefined) throw malformed('Policy statement must contain actions.');
  }
  return { ...parsed, Statement: statements };
}

/** What identity policies say together: a Deny wins, then an Allow. */
export const evaluate = (policies: readonly Policy[], question: Question): Verdict =>
  decide(
    policies.flatMap(({ Statement }) => Statement).filter((statement) => applies(statement, question)),
    question,
  );

/**
 * What a resource's policy says of this caller. `directly`: an account that is named only lets its own policies decide, so what
 * such a statement allows does not count; the caller itself, or everybody, has to be named.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function evaluateResourcePolicy(
  policy: Policy,
  question: Question,
  who: Principal | { readonly service: string },
  directly = false,
): Verdict {
  const statements = policy.Statement.filter(
    (statement) =>
      concerns(statement, who, directly && statement.Effect === 'Allow') &&
      (statement.Resource === undefined || covers(statement, question.resource)),
  );
  return decide(
    statements.filter((statement) => actionMatches(statement, question.action)),
    question,
  );
}

function decide(statements: readonly Statement[], { context }: Question): Verdict {
  const held = statements.map((statement) => ({
    Effect: statement.Effect,
    held: conditionsHold(statement.Condition, context),
  }));
  if (held.some((one) => one.Effect === 'Deny' && one.held !== 'no')) return 'deny';
  return held.some((one) => one.Effect === 'Allow' && one.held === 'yes') ? 'allow' : 'silent';
}

const applies = (statement: Statement, { action, resource }: Question): boolean =>
  actionMatches(statement, action) && covers(statement, resource);

function actionMatches({ Action, NotAction }: Statement, action: string): boolean {
  const like = (pattern: string) => matches(pattern.toLowerCase(), action.toLowerCase());
  return Action === undefined ? !many(NotAction).some(like) : many(Action).some(like);
}

function covers({ Resource, NotResource }: Statement, resource: string): boolean {
  const like = (pattern: string) => matches(pattern, resource);
  if (NotResource !== undefined) return !many(NotResource).some(like);
  return many(Resource).some(like);
}

function concerns(
  { Principal: named, NotPrincipal: others }: Statement,
  who: Principal | { readonly service: string },
  directly: boolean,
): boolean {
  return others === undefined ? names(named, who, directly) : !names(others, who, false);
}

function names(given: Principals = {}, who: Principal | { readonly service: string }, directly: boolean): boolean {
  if (given === '*') return true;
  // `{"AWS": "*"}` is everybody, as `*` is:
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
  if ('service' in who) {
    return many(given.AWS).includes('*') || many(given.Service).some((one) => one === '*' || one === who.service);
  }
  const account = who.kind === 'root' || !directly ? [who.accountId, `arn:aws:iam::${who.accountId}:root`] : [];
  return many(given.AWS).some(
    (name) =>
      name === '*' || (who.kind !== 'anonymous' && [...account, who.arn, who.roleArn].some((one) => one === name)),
  );
}

export const many = (value: OneOrMany | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'object' ? value : [value];

/** IAM's wildcards: `*` any text, `?` one character. */
export const matches = (pattern: string, text: string): boolean => matchesGlob(readGlob(pattern), text);
