import { type Profile, Unreadable } from './types.ts';

// #region both
export function encode({ user, name, revision }: Profile, at: string): string {
  return JSON.stringify({ version: 2, type: 'profile-changed', user, name, displayName: name, revision, at });
}

export function decode(body: string): Profile | undefined {
  const { version, type, user, ...fields } = fieldsOf(body);
  if (typeof type !== 'string') throw new Unreadable('it says of no event what it is');
  if (type !== 'profile-changed') return undefined;
  // Only what was sent before the change may do without the new fields.
  const former = version === 1 ? { displayName: fields.name, revision: 0 } : {};
  const { displayName, revision }: Record<string, unknown> = { ...former, ...fields };
  if (typeof user !== 'string' || typeof displayName !== 'string')
    throw new Unreadable('it lacks the user or the name');
  if (!Number.isInteger(revision) || Number(revision) < 0) throw new Unreadable(`${revision} is no revision`);
  return { user, name: displayName, revision: Number(revision) };
}

function fieldsOf(body: string): Record<string, unknown> {
  let fields: unknown;
  try {
    fields = JSON.parse(body);
  } catch {
    throw new Unreadable('it is no JSON');
  }
  if (typeof fields !== 'object' || fields === null) throw new Unreadable('it is no object');
  return fields as Record<string, unknown>;
}
// #endregion both
