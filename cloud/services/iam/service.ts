/** What serves IAM's calls. */
import type { Handlers } from '../../contract.ts';
import type { Opened } from '../../core/late.ts';
import type { IdentityStore } from '../../identity/index.ts';
import { boundaries } from './boundaries.ts';
import { instanceProfiles } from './instance-profiles.ts';
import { policies } from './policies.ts';
import { roles } from './roles.ts';
import { users } from './users.ts';

/** What it keeps is in the identity's directory, which forgets it. */
export const openIam = (identity: IdentityStore): Opened => ({
  handlers: {
    ...roles(identity.directory),
    ...users(identity),
    ...policies(identity.directory),
    ...boundaries(identity.directory),
    ...instanceProfiles(identity.directory),
  } as Handlers,
});
