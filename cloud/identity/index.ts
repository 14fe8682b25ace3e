/** Who may do what: keys, sessions, roles and the evaluation of policies. */
import {
  type AuthorizationRequest,
  AwsError,
  type Clock,
  type ConditionKeys,
  type Identity,
  type Principal,
  type ServiceRequest,
} from '../contract.ts';
import type { WireRequest } from '../wire/request.ts';
import { authenticate } from './authenticate.ts';
import { keysOfRequest, keysOfService, RequestContext } from './context.ts';
import { Directory, type Holder, type Role } from './directory.ts';
import { compilePolicy, evaluate, evaluateResourcePolicy, type Question } from './evaluate.ts';
import { Keys, sessionOf } from './keys.ts';
import type { Refuser } from './refusals.ts';

export interface IdentityStore extends Identity {
  readonly directory: Directory;
  readonly keys: Keys;
  authenticate(request: WireRequest, service: Refuser): Principal;
  /** May this caller do `sts:AssumeRole`, or what goes with it, to a role? The role has to trust it, whatever its own policies say. */
  mayAssume(role: Role, principal: Principal, action: string, context: ConditionKeys): boolean;
  reset(accountId?: string): void;
}

/** `checked`: random root keys, every signature verified. `open`: an access key of 12 digits is the account. */
export function createIdentity(kind: 'open' | 'checked', clock: Pick<Clock, 'now'>): IdentityStore {
  const directory = new Directory();
  const keys = new Keys(kind);

  const holderOf = ({ kind, arn, roleArn, roleId }: Principal): Holder | undefined => {
    if (kind === 'user') return directory.users.get(arn);
    const role = kind === 'role' ? directory.roles.get(roleArn ?? '') : undefined;
    return roleId === undefined || roleId === role?.id ? role : undefined;
  };

  const questionOf = (request: AuthorizationRequest): Question => ({
    action: request.action,
    resource: request.resource,
    context: new RequestContext(() => keysOfRequest(request, holderOf(request.principal), clock.now())),
  });

  const resourcePolicyAllows = (policy: string | undefined, request: ServiceRequest): boolean => {
    if (!policy) return false;
    const { service, action, resource } = request;
    const context = new RequestContext(() => keysOfService(request, clock.now()));
    return evaluateResourcePolicy(compilePolicy(policy), { action, resource, context }, { service }) === 'allow';
  };

  /**
   * Why a request is denied; nothing where it is allowed.
   * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
   */
  const decide = (request: AuthorizationRequest, question = questionOf(request)) => {
    const { principal, action, resourceAccount, resourcePolicy } = request;
    const ownAccount = (resourceAccount ?? principal.accountId) === principal.accountId;
    const byResource = resourcePolicy
      ? evaluateResourcePolicy(compilePolicy(resourcePolicy), question, principal, ownAccount)
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
    const byLimits = limits.map(({ of, documents }) => ({
      of,
      says: evaluate(documents.map(compilePolicy), question),
    }));
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
      const now = clock.now();
      return credentialsOf(keys.session(sessionOf(role, sessionName, now, cause), now + seconds * 1000));
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
      const context = { 'iam:PassedToService': service };
      const request = { principal, action: 'iam:PassRole', resource, context };
      const why = decide(request);
      if (why !== undefined) throw denied(request, why, DENIED);
    },
    assumeFor(roleArn, { sessionName, cause, ...from }) {
      const role = directory.roles.get(roleArn);
      const question = { ...from, action: 'sts:AssumeRole', resource: roleArn };
      return role && resourcePolicyAllows(role.trust, question)
        ? sessionOf(role, sessionName, clock.now(), cause)
        : undefined;
    },
    mayAssume(role, principal, action, context) {
      const request = {
        principal,
        action,
        resource: role.arn,
        resourceAccount: role.accountId,
        resourcePolicy: role.trust,
        context,
      };
      const question = questionOf(request);
      return (
        evaluateResourcePolicy(compilePolicy(role.trust), question, principal) === 'allow' &&
        decide(request, question) === undefined
      );
    },
    authorize(request) {
      const why = decide(request);
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
