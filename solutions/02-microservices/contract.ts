/**
 * Step 2.2: a contract that changes while both sides run
 *
 * The feed tells chat when a profile has changed. The event gets another form: `name` becomes `displayName`, and each
 * event has to bring the `revision` of the profile.
 *
 *   before  {"version":1,"type":"profile-changed","user":"ada","name":"Ada","at":"2026-02-03T04:05:06.000Z"}
 *   after   {"version":2,"type":"profile-changed","user":"ada","displayName":"Ada","revision":3,"at":"…"}
 *
 * What each side did before and will do after is in releases.ts. Between the two lies a release of each side, `both`,
 * which is yours:
 *
 *   encode  writes an event for a feed whose readers may be of any release: it has the fields of both forms
 *   decode  reads an event of any release of the feed, later ones included, and answers with the profile alone. Later
 *           releases may bring a higher version, and fields of which nobody knows anything yet. The name is the
 *           displayName; in version 1, where there is none, it is `name`. The revision is a whole number, not below 0;
 *           in version 1, where there is none, it is 0. An event of another type is undefined. What is no event, or
 *           lacks what its version has to bring, throws Unreadable.
 *
 * A name is any text, an empty one as well.
 *
 * And rollout.json is the plan: in which order the releases of the two services are deployed, and how many hours or days
 * are waited in between. At no moment may there be an event that somebody who runs cannot read. Know that
 *
 *   - while a service is deployed, its old and its new release both run for an hour;
 *   - EVENTS keeps a message for 4 days. What could not be read lies in a dead-letter queue, which keeps it until it is
 *     14 days old, counted from when it was first sent; on its last day somebody may still bring it back.
 *
 * The plan begins with `before` on both sides and ends with `after` on both: [{"deploy":"chat","release":"both"},
 * {"wait":"4 days"}, …]
 */
import { type Profile, Unreadable } from './types.ts';

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
