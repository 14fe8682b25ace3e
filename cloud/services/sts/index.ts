/** STS: who am I, and becoming somebody else for a while. */
import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { AwsError, type Handlers, type Operation, type Service } from '../../contract.ts';
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

export const createSts = (identity: IdentityStore): Service => ({
  name: 'sts',
  load: () => import('@aws-sdk/client-sts'),
  handlers: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole(identity) } as Handlers,
  reset: () => undefined,
});
