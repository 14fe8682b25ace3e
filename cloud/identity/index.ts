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
import { Directory, type Role } from './directory.ts';
import { Keys, sessionOf } from './keys.ts';
import { evaluate, evaluateResourcePolicy, type Policy, parsePolicy } from './policy.ts';

export interface IdentityStore extends Identity {
  readonly directory: Directory;
  readonly keys: Keys;
  authenticate(request: WireRequest, service: string): Principal;
  /** Does a role's trust policy let this caller assume it? */
  trusts(role: Role, principal: Principal): boolean;
  reset(accountId?: string): void;
}

/** `checked`: random root keys, every signature verified. `open`: an access key of 12 digits is the account. */
export function createIdentity(kind: 'open' | 'checked', clock: Pick<Clock, 'now'>): IdentityStore {
  const directory = new Directory();
  const keys = new Keys(kind);

  const identityPolicies = (principal: Principal): Policy[] => {
    const holder =
      principal.kind === 'role'
        ? directory.roles.get(principal.roleArn ?? '')
        : principal.kind === 'user'
          ? directory.users.get(principal.arn)
          : undefined;
    return holder ? directory.policiesOf(holder) : [];
  };

  const resourcePolicyAllows = (policy: string | undefined, request: ServiceRequest): boolean => {
    if (!policy) return false;
    const { service, action, resource, sourceArn, sourceAccount } = request;
    const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount };
    return evaluateResourcePolicy(parsePolicy(policy), { action, resource, context }, { service }) === 'allow';
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
    assumeFor(roleArn, { sessionName, cause, ...from }) {
      const role = directory.roles.get(roleArn);
      const question = { ...from, action: 'sts:AssumeRole', resource: roleArn };
      return role && resourcePolicyAllows(role.trust, question) ? sessionOf(role, sessionName, cause) : undefined;
    },
    trusts: (role, principal) => {
      const question = { action: 'sts:AssumeRole', resource: role.arn, context: contextOf(principal, clock.now()) };
      return evaluateResourcePolicy(parsePolicy(role.trust), question, principal) === 'allow';
    },
    authorize(request) {
      const { principal, action, resource, resourcePolicy } = request;
      const context = { ...contextOf(principal, clock.now()), ...request.context };
      const question = { action, resource, context };
      const ownAccount = (request.resourceAccount ?? principal.accountId) === principal.accountId;
      const byResource = resourcePolicy
        ? evaluateResourcePolicy(parsePolicy(resourcePolicy), question, principal)
        : 'silent';
      const byIdentity = principal.kind === 'root' ? 'allow' : evaluate(identityPolicies(principal), question);
      if (byResource === 'deny') throw denied(request, 'with an explicit deny in a resource-based policy');
      if (byIdentity === 'deny') throw denied(request, 'with an explicit deny in an identity-based policy');
      const allowed = ownAccount
        ? byIdentity === 'allow' || byResource === 'allow'
        : byResource === 'allow' && (byIdentity === 'allow' || principal.kind === 'anonymous');
      if (allowed) return;
      const missing = ownAccount || byIdentity !== 'allow' ? 'identity-based' : 'resource-based';
      throw denied(request, `because no ${missing} policy allows the ${action} action`);
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

const contextOf = (principal: Principal, now: number): Record<string, string> => ({
  'aws:PrincipalArn': principal.roleArn ?? principal.arn,
  'aws:PrincipalAccount': principal.accountId,
  'aws:userid': principal.userId,
  'aws:CurrentTime': new Date(now).toISOString(),
  'aws:EpochTime': String(Math.floor(now / 1000)),
  'aws:SecureTransport': 'false',
});

/** S3 and the Query services say `AccessDenied`, the JSON services `AccessDeniedException`. */
function denied({ principal, action, resource }: AuthorizationRequest, why: string): AwsError {
  const plain = /^(s3|iam|sts|sqs):/.test(action);
  const message = `User: ${principal.kind === 'anonymous' ? 'anonymous' : principal.arn} is not authorized to perform: ${action} on resource: "${resource}" ${why}`;
  return new AwsError(plain ? 'AccessDenied' : 'AccessDeniedException', message, 403);
}
