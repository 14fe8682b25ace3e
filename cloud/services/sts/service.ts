/** What serves STS's calls. */
import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { AwsError, type Handlers, type Operation } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import type { IdentityStore } from '../../identity/index.ts';
import { assumeRole } from './assume-role.ts';

const getCallerIdentity: Operation<GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput> = (
  _,
  { principal },
) => {
  if (principal.kind === 'anonymous') {
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  return { Account: principal.accountId, Arn: principal.arn, UserId: principal.userId };
};

export const openSts = (identity: IdentityStore): Opened => ({
  handlers: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole(identity) } as Handlers,
});
