/** Who may do what: keys, sessions, roles and the evaluation of policies. */
import {
  type AuthorizationRequest,
  AwsError,
  type Clock,
  type Identity,
  type Principal,
  type ServiceRequest,
} from '../contract.ts';
import type { WireRequest } from '../wire/request.ts';
import { authenticate } from './authenticate.ts';
import { Directory, type Holder, type Role } from './directory.ts';
import { Keys, sessionOf } from './keys.ts';
import { evaluate, evaluateResourcePolicy, parsePolicy, type Question } from './policy.ts';
import type { Refuser } from './refusals.ts';

export interface IdentityStore extends Identity {
  readonly directory: Directory;
  readonly keys: Keys;
  authenticate(request: WireRequest, service: Refuser): Principal;
  /** May this caller do `sts:AssumeRole`, or what goes with it, to a role? The role has to trust it, whatever its own policies say. */
  mayAssume(role: Role, principal: Principal, action: string, context: Readonly<Record<string, string>>): boolean;
  reset(accountId?: string): void;
}

/** `checked`: random root keys, every signature verified. `open`: an access key of 12 digits is the account. */
export function createIdentity(kind: 'open' | 'checked', clock: Pick<Clock, 'now'>): IdentityStore {
  const directory = new Directory();
  const keys = new Keys(kind);

  const holderOf = ({ kind, arn, roleArn }: Principal): Holder | undefined =>
    kind === 'role' ? directory.roles.get(roleArn ?? '') : kind === 'user' ? directory.users.get(arn) : undefined;

  /** The caller itself, and what has been said of it, as conditions see it. */
  const contextOf = (principal: Principal): Record<string, string> => {
    const tags = [...(holderOf(principal)?.tags ?? []), ...(principal.session?.tags ?? [])];
    const now = clock.now();
    return {
      ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key.toLowerCase()}`, Value])),
      'aws:PrincipalArn': principal.roleArn ?? principal.arn,
      'aws:PrincipalAccount': principal.accountId,
      'aws:userid': principal.userId,
      'aws:CurrentTime': new Date(now).toISOString(),
      'aws:EpochTime': String(Math.floor(now / 1000)),
      'aws:SecureTransport': 'false',
    };
  };

  const resourcePolicyAllows = (policy: string | undefined, request: ServiceRequest): boolean => {
    if (!policy) return false;
    const { service, action, resource, sourceArn, sourceAccount } = request;
    const context = {
      'aws:SourceArn': sourceArn,
      'aws:SourceAccount': sourceAccount,
      // What the default policy of a topic asks for. Alarms alone have it: other services need a statement of their own.
      ...(service === 'cloudwatch.amazonaws.com' ? { 'aws:SourceOwner': sourceAccount } : {}),
    };
    return evaluateResourcePolicy(parsePolicy(policy), { action, resource, context }, { service }) === 'allow';
  };

  /**
   * Why a request is denied; nothing where it is allowed.
   * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
   */
  const decide = ({ principal, action, resourceAccount, resourcePolicy }: AuthorizationRequest, question: Question) => {
    const ownAccount = (resourceAccount ?? principal.accountId) === principal.accountId;
    const byResource = resourcePolicy
      ? evaluateResourcePolicy(parsePolicy(resourcePolicy), question, principal, ownAccount)
      : 'silent';
    const holder = holderOf(principal);
    const byIdentity =
      principal.kind === 'root' ? 'allow' : evaluate(holder ? directory.policiesOf(holder) : [], question);
    const limits = [
      { of: 'session policy', documents: principal.session?.policies ?? [] },
      {
        of: 'permissions boundary',
        documents: holder?.boundary ? [directory.document(holder.boundary) ?? NOTHING] : [],
      },
    ].filter(({ documents }) => documents.length > 0);
    const byLimits = limits.map(({ of, documents }) => ({ of, says: evaluate(documents.map(parsePolicy), question) }));
    if (byResource === 'deny') return 'with an explicit deny in a resource-based policy';
    if (byIdentity === 'deny') return 'with an explicit deny in an identity-based policy';
    const forbids = byLimits.find(({ says }) => says === 'deny');
    if (forbids) return `with an explicit deny in a ${forbids.of}`;
    const allowed = ownAccount
      ? byIdentity === 'allow' || byResource === 'allow'
      : byResource === 'allow' && (byIdentity === 'allow' || principal.kind === 'anonymous');
    const missing = ownAccount || byIdentity !== 'allow' ? 'identity-based policy' : 'resource-based policy';
    const silent = allowed ? byLimits.find(({ says }) => says === 'silent')?.of : missing;
    return silent === undefined ? undefined : `because no ${silent} allows the ${action} action`;
  };

  return {
    directory,
    keys,
    rootCredentials: (accountId) => credentialsOf(keys.root(accountId)),
    mintSession(roleArn, sessionName, seconds, cause) {
      const role = directory.roles.get(roleArn);
      if (!role) throw new AwsError('NoSuchEntity', `The role ${roleArn} cannot be found.`, 404);
      return credentialsOf(keys.session(sessionOf(role, sessionName, cause), clock.now() + seconds * 1000));
    },
    assertAssumable(roleArn, service) {
      const role = directory.roles.get(roleArn);
      const question = { service, action: 'sts:AssumeRole', resource: roleArn, sourceArn: '', sourceAccount: '' };
      if (!role || !resourcePolicyAllows(role.trust, question)) {
        throw new AwsError(
          'InvalidParameterValueException',
          `The role defined for the function cannot be assumed by ${service === 'lambda.amazonaws.com' ? 'Lambda' : service}.`,
          400,
        );
      }
    },
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    assertPassable(principal, resource, service) {
      if (resource.split(':')[4] !== principal.accountId) {
        throw new AwsError(DENIED, 'Cross-account pass role is not allowed.', 403);
      }
      const request = { principal, action: 'iam:PassRole', resource };
      const why = decide(request, { ...request, context: { ...contextOf(principal), 'iam:PassedToService': service } });
      if (why !== undefined) throw denied(request, why, DENIED);
    },
    assumeFor(roleArn, { sessionName, cause, ...from }) {
      const role = directory.roles.get(roleArn);
      const question = { ...from, action: 'sts:AssumeRole', resource: roleArn };
      return role && resourcePolicyAllows(role.trust, question) ? sessionOf(role, sessionName, cause) : undefined;
    },
    mayAssume(role, principal, action, more) {
      const question = { action, resource: role.arn, context: { ...contextOf(principal), ...more } };
      if (evaluateResourcePolicy(parsePolicy(role.trust), question, principal) !== 'allow') return false;
      const request = { principal, ...question, resourceAccount: role.accountId, resourcePolicy: role.trust };
      return decide(request, question) === undefined;
    },
    authorize(request) {
      const { principal, action, resource } = request;
      const context = { ...contextOf(principal), ...request.context };
      const why = decide(request, { action, resource, context });
      if (why !== undefined) throw denied(request, why);
    },
    resourcePolicyAllows,
    authenticate: (request, service) => authenticate(kind, keys, clock, request, service),
    reset(accountId) {
      directory.reset(accountId);
      keys.reset(accountId);
    },
  };
}

const credentialsOf = (key: ReturnType<Keys['root']>) => {
  const { principal: _, ...credentials } = key;
  return credentials;
};

/** A boundary that has been deleted allows nothing. */
const NOTHING = '{"Statement":[]}';

const DENIED = 'AccessDeniedException';

/** S3 and most Query services say `AccessDenied`, the JSON services `AccessDeniedException`; S3 alone quotes the resource. */
function denied({ principal, action, resource }: AuthorizationRequest, why: string, code = codeOf(action)): AwsError {
  const who = principal.kind === 'anonymous' ? 'anonymous' : principal.arn;
  const what = action.startsWith('s3:') ? `"${resource}"` : resource;
  const message = `User: ${who} is not authorized to perform: ${action} on resource: ${what} ${why}`;
  return new AwsError(code, message, 403);
}

function codeOf(action: string): string {
  if (action.startsWith('SNS:')) return 'AuthorizationError';
  return /^(s3|iam|sts|sqs):/.test(action) ? 'AccessDenied' : DENIED;
}
