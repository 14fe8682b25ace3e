/** STS: who am I, and becoming somebody else for a while. */
import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import { AwsError, type Handlers, type Operation, type Service } from '../../contract.ts';
import type { IdentityStore } from '../../identity/index.ts';

/** Mirrors https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const getCallerIdentity: Operation<GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput> = (
  _,
  { principal },
) => {
  if (principal.kind === 'anonymous') {
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  return { Account: principal.accountId, Arn: principal.arn, UserId: principal.userId };
};

/**
 * Mirrors https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. The role's trust policy must name the
 * caller; seconds are between 900 and the role's maximum, and at most an hour when the caller is a role itself.
 */
const assumeRole =
  (identity: IdentityStore): Operation<AssumeRoleCommandInput, AssumeRoleCommandOutput> =>
  (input, call) => {
    const role = identity.directory.roles.get(input.RoleArn ?? '');
    const { principal } = call;
    const session = input.RoleSessionName ?? '';
    if (!/^[\w+=,.@-]{2,64}$/.test(session)) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${session}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
        400,
      );
    }
    if (!role || !identity.trusts(role, principal)) {
      throw new AwsError(
        'AccessDenied',
        `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
        403,
      );
    }
    if (principal.accountId !== role.accountId || principal.kind !== 'root') {
      // A trust policy that names the caller itself is enough within one account; one that names the account is not.
      const named = role.trust.includes(`"${principal.roleArn ?? principal.arn}"`);
      if (!named) identity.authorize({ principal, action: 'sts:AssumeRole', resource: role.arn });
    }
    const most = principal.kind === 'role' ? 3600 : role.maxSession;
    const seconds = input.DurationSeconds ?? 3600;
    if (seconds < 900 || seconds > most) {
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
        400,
      );
    }
    const made = identity.mintSession(role.arn, session, seconds, principal.cause ?? call.traceId);
    return {
      Credentials: {
        AccessKeyId: made.accessKeyId,
        SecretAccessKey: made.secretAccessKey,
        SessionToken: made.sessionToken,
        Expiration: new Date(made.expiration!),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${session}`,
        Arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${session}`,
      },
    };
  };

export const createSts = (identity: IdentityStore): Service => ({
  name: 'sts',
  load: () => import('@aws-sdk/client-sts'),
  handlers: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole(identity) } as Handlers,
  reset: () => undefined,
});
