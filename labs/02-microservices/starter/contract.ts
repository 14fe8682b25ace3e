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
  return JSON.stringify({ version: 2, type: 'profile-changed', user, displayName: name, revision, at });
}

export function decode(body: string): Profile | undefined {
  const { user, displayName, revision } = JSON.parse(body) as Record<string, unknown>;
  if (typeof user !== 'string' || typeof displayName !== 'string' || typeof revision !== 'number') {
    throw new Unreadable(`that is no event of version 2: ${body}`);
  }
  return { user, name: displayName, revision };
}
