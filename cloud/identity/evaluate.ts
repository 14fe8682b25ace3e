/**
 * Evaluates policies. Each document is read once and kept.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { Principal } from '../contract.ts';
import { matchesGlob, readGlob } from '../core/glob.ts';
import { compileConditions, type Holds } from './conditions.ts';
import type { RequestContext } from './context.ts';
import { many, type OneOrMany, type Principals, readPolicy, type Statement } from './policy.ts';
import { isMisplaced, readPattern } from './variables.ts';

export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

export type Verdict = 'allow' | 'deny' | 'silent';

type Who = Principal | { readonly service: string };
type Covers = (resource: string, context: RequestContext) => boolean;

interface Compiled extends Pick<Statement, 'Effect' | 'Principal' | 'NotPrincipal'> {
  /** Of an action in lower case. */
  readonly acts: (action: string) => boolean;
  /** Nothing where the statement names no resources: it is the policy of one. */
  readonly covers: Covers | undefined;
  readonly holds: Holds;
}

/** Ready to be evaluated. */
export type CompiledPolicy = readonly Compiled[];

const compiled = new Map<string, CompiledPolicy>();
/** Documents that are kept ready. */
const MOST = 2000;

/** Throws `MalformedPolicyDocument`. */
export function compilePolicy(document: string): CompiledPolicy {
  const known = compiled.get(document);
  if (known) return known;
  const { Version, Statement } = readPolicy(document);
  const policy = Statement.map((statement) => compileStatement(statement, Version === '2012-10-17'));
  if (compiled.size >= MOST) compiled.delete(compiled.keys().next().value!);
  compiled.set(document, policy);
  return policy;
}

function compileStatement(statement: Statement, variables: boolean): Compiled {
  const { Effect, Action, NotAction, Resource, NotResource, Principal: named, NotPrincipal } = statement;
  const actions = many(Action ?? NotAction).map((pattern) => readGlob(pattern.toLowerCase()));
  const given = Resource ?? NotResource;
  const names = given === undefined ? undefined : resources(given, variables);
  return {
    Effect,
    ...(named === undefined ? {} : { Principal: named }),
    ...(NotPrincipal === undefined ? {} : { NotPrincipal }),
    acts: (action) => actions.some((glob) => matchesGlob(glob, action)) === (Action !== undefined),
    covers: names && ((resource, context) => names(resource, context) === (Resource !== undefined)),
    holds: compileConditions(statement.Condition, variables),
  };
}

/** One with a variable that has no value matches nothing, in NotResource too. */
function resources(given: OneOrMany, variables: boolean): Covers {
  const patterns = many(given)
    .filter((text) => !(variables && isMisplaced(text)))
    .map((text) => readPattern(text, { variables, wildcards: true }));
  return (resource, context) =>
    patterns.some((pattern) => {
      const glob = pattern(context);
      return glob !== undefined && matchesGlob(glob, resource);
    });
}

/** What identity policies say together: a Deny wins, then an Allow. */
export const evaluate = (policies: readonly CompiledPolicy[], question: Question): Verdict =>
  decide(policies.flat(), question, ({ covers }) => Boolean(covers?.(question.resource, question.context)));

/**
 * What a resource's policy says of this caller. `directly`: an account that is named only lets its own policies decide, so what
 * such a statement allows does not count; the caller itself, or everybody, has to be named.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export const evaluateResourcePolicy = (
  policy: CompiledPolicy,
  question: Question,
  who: Who,
  directly = false,
): Verdict =>
  decide(
    policy,
    question,
    (statement) =>
      concerns(statement, who, directly && statement.Effect === 'Allow') &&
      (statement.covers === undefined || statement.covers(question.resource, question.context)),
  );

function decide(
  statements: readonly Compiled[],
  { action, context }: Question,
  applies: (statement: Compiled) => boolean,
): Verdict {
  const lower = action.toLowerCase();
  const held = statements.filter(
    (statement) => statement.acts(lower) && applies(statement) && statement.holds(context),
  );
  if (held.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return held.some(({ Effect }) => Effect === 'Allow') ? 'allow' : 'silent';
}

function concerns({ Principal: named, NotPrincipal: others }: Compiled, who: Who, directly: boolean): boolean {
  return others === undefined ? names(named, who, directly) : !names(others, who, false);
}

function names(given: Principals = {}, who: Who, directly: boolean): boolean {
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
