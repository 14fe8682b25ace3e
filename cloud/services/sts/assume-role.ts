/** AssumeRole. Mirrors https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { AwsError, type Operation } from '../../contract.ts';
import { constraints } from '../../identity/constraints.ts';
import type { Role } from '../../identity/directory.ts';
import type { IdentityStore } from '../../identity/index.ts';
import { sessionOf } from '../../identity/keys.ts';
import { checkLimits } from './limits.ts';
import { sessionPolicies } from './session-policies.ts';
import { sessionTags } from './session-tags.ts';

const HOUR = 3600;
/** What is not built, and must not seem to work. */
const NOT_BUILT = ['SerialNumber', 'TokenCode', 'SourceIdentity', 'ProvidedContexts'] as const;

export const assumeRole =
  (identity: IdentityStore): Operation<AssumeRoleCommandInput, AssumeRoleCommandOutput> =>
  (input, call) => {
    const other = NOT_BUILT.find((name) => input[name] !== undefined);
    if (other) throw new AwsError('NotImplemented', `AssumeRole of this cloud does not take ${other}.`, 501);
    constraints([
      ['roleArn', input.RoleArn, { least: 20, most: 2048 }],
      ['roleSessionName', input.RoleSessionName, { least: 2, most: 64, pattern: '[\\w+=,.@-]*' }],
      ['externalId', input.ExternalId, { least: 2, most: 1224, pattern: '[\\w+=,.@:\\/-]*' }, 'optional'],
      ['policy', input.Policy, { least: 1, most: 2048 }, 'optional'],
      ['durationSeconds', input.DurationSeconds, { from: 900, to: 43_200 }, 'optional'],
    ]);
    checkLimits(input);
    const [arn, session] = [input.RoleArn!, input.RoleSessionName!];
    if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(arn)) throw validation(`${arn} is invalid`);
    const { principal } = call;
    const { tags, transitive } = sessionTags(input, principal.session);
    const policies = sessionPolicies(input, identity.directory);
    const role = identity.directory.roles.get(arn);

    const context = {
      ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
      'aws:TagKeys': tags.length > 0 ? tags.map(({ Key }) => Key) : undefined,
      'sts:ExternalId': input.ExternalId,
      'sts:RoleSessionName': session,
      'sts:TransitiveTagKeys': transitive.length > 0 ? transitive : undefined,
    };
    const actions = ['sts:AssumeRole', ...(input.Tags?.length ? ['sts:TagSession'] : [])];
    const denied = actions.find((action) => !role || !identity.mayAssume(role, principal, action, context));
    if (denied !== undefined || !role) {
      const what = `perform: ${denied} on resource: ${arn}`;
      throw new AwsError('AccessDenied', `User: ${principal.arn} is not authorized to ${what}`, 403);
    }

    const seconds = secondsOf(input.DurationSeconds, role, principal.kind === 'role');
    const now = call.core.clock.now();
    const began = sessionOf(role, session, now, principal.cause ?? call.traceId);
    const made = identity.keys.session({ ...began, session: { tags, transitive, policies } }, now + seconds * 1000);
    return {
      Credentials: {
        AccessKeyId: made.accessKeyId,
        SecretAccessKey: made.secretAccessKey,
        SessionToken: made.sessionToken,
        Expiration: new Date(made.expiration!),
      },
      AssumedRoleUser: { AssumedRoleId: began.userId, Arn: began.arn },
    };
  };

/**
 * A role's maximum is 1 to 12 hours; a session that another role's session begins lasts an hour at most, whatever the maximum.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
function secondsOf(asked: number | undefined, { maxSession }: Role, chained: boolean): number {
  if (asked === undefined) return HOUR;
  if (chained && asked > HOUR) {
    throw validation(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (asked > maxSession) {
    throw validation('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return asked;
}

const validation = (message: string): AwsError => new AwsError('ValidationError', message, 400);
