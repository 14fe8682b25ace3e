/** IAM: roles, users, access keys and policies. The deciding is done by `cloud/identity`. */
import type { Handlers, Service } from '../../contract.ts';
import type { IdentityStore } from '../../identity/index.ts';
import { boundaries } from './boundaries.ts';
import { instanceProfiles } from './instance-profiles.ts';
import { policies } from './policies.ts';
import { roles } from './roles.ts';
import { users } from './users.ts';

export const createIam = (identity: IdentityStore): Service => ({
  name: 'iam',
  load: () => import('@aws-sdk/client-iam'),
  handlers: {
    ...roles(identity.directory),
    ...users(identity),
    ...policies(identity.directory),
    ...boundaries(identity.directory),
    ...instanceProfiles(identity.directory),
  } as Handlers,
  // The directory is the identity's, which forgets it.
  reset: () => undefined,
});
