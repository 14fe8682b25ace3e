import type { Profile } from './types.ts';

export function encode({ user, name, revision }: Profile, at: string): string {
  return JSON.stringify({ version: 2, type: 'profile-changed', user, name, displayName: name, revision, at });
}

export function decode(body: string): Profile | undefined {
  try {
    const {
      version,
      type,
      user,
      name,
      displayName = name,
      revision = version === 1 ? 0 : undefined,
    } = JSON.parse(body);
    if (type !== 'profile-changed' || typeof user !== 'string' || typeof displayName !== 'string') return undefined;
    return Number.isInteger(revision) && revision >= 0 ? { user, name: displayName, revision } : undefined;
  } catch {
    return undefined;
  }
}
