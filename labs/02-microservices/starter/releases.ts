/** What feed and chat did before the contract changed, and what they do after. Given; nothing to do here. */
import { type Profile, Unreadable } from './types.ts';

interface Release {
  encode(profile: Profile, at: string): string;
  decode(body: string): Profile;
}

const read = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

/** It looks for `name`, and at no version: there was only one. */
export const before: Release = {
  encode: ({ user, name }, at) => JSON.stringify({ version: 1, type: 'profile-changed', user, name, at }),
  decode(body) {
    const { user, name } = read(body);
    if (typeof user !== 'string' || typeof name !== 'string') throw new Unreadable('it has no name');
    return { user, name, revision: 0 };
  },
};

/** It knows nothing of `name` any more, and does not do without a revision. */
export const after: Release = {
  encode: ({ user, name, revision }, at) =>
    JSON.stringify({ version: 2, type: 'profile-changed', user, displayName: name, revision, at }),
  decode(body) {
    const { user, displayName, revision } = read(body);
    if (typeof user !== 'string' || typeof displayName !== 'string') throw new Unreadable('it has no displayName');
    if (typeof revision !== 'number') throw new Unreadable('it has no revision');
    return { user, name: displayName, revision };
  },
};
