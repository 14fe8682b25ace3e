/** Events are first brought up to date, version by version, and then read in one form; what is read follows from a table of fields. */
import { type Profile, Unreadable } from './types.ts';

type Fields = Record<string, unknown>;

/** From a version to the next one. */
const NEXT: Readonly<Record<number, (fields: Fields) => Fields>> = {
  1: ({ name, ...fields }) => ({ displayName: name, revision: 0, ...fields, version: 2 }),
};

const FIELDS = {
  user: (value: unknown) => typeof value === 'string',
  displayName: (value: unknown) => typeof value === 'string',
  revision: (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= 0,
};

/** The old form with all that the new one adds: whoever knows version 1 only finds it as it was. */
export function encode(profile: Profile, at: string): string {
  const { user, name, revision } = profile;
  return JSON.stringify({ version: 1, type: 'profile-changed', user, name, at, displayName: name, revision });
}

export function decode(body: string): Profile | undefined {
  let fields = parse(body);
  if (typeof fields?.type !== 'string') throw new Unreadable(`no event: ${body}`);
  if (fields.type !== 'profile-changed') return undefined;
  for (let next = NEXT[Number(fields.version)]; next; next = NEXT[Number(fields.version)]) fields = next(fields);
  for (const [field, isGood] of Object.entries(FIELDS)) {
    if (!isGood(fields[field])) throw new Unreadable(`${field} is ${JSON.stringify(fields[field])}`);
  }
  const { user, displayName, revision } = fields as { user: string; displayName: string; revision: number };
  return { user, name: displayName, revision };
}

function parse(body: string): Fields | undefined {
  try {
    return JSON.parse(body) ?? undefined;
  } catch (cause) {
    throw new Unreadable('no JSON', { cause });
  }
}
