/** Events about profiles, as one service tells them and another one is told. */
import type { Check } from '../../../../workbook/kit/contract.ts';

export interface Change {
  readonly user: string;
  readonly name: string;
  readonly revision: number;
}

const AT = '2026-02-03T04:05:06.000Z';

/** In the form of the release between the old one and the new one. */
export const changed = ({ user, name, revision }: Change, at = AT): string =>
  JSON.stringify({ version: 2, type: 'profile-changed', user, name, displayName: name, revision, at });

/** In the form of before there were revisions. */
export const changedOnce = ({ user, name }: Omit<Change, 'revision'>, at = AT): string =>
  JSON.stringify({ version: 1, type: 'profile-changed', user, name, at });

/** As Lambda brings them from a queue. */
export const records = (t: Check, bodies: readonly string[]) =>
  bodies.map((body) => ({ messageId: t.seeded.name('message'), body }));

/** What a message says, or the message where it is none of those events. */
export function changeIn(body: string): Change | string {
  try {
    const { type, user, displayName, revision } = JSON.parse(body) as Record<string, unknown>;
    if (type !== 'profile-changed' || typeof user !== 'string') return body;
    return { user, name: String(displayName), revision: Number(revision) };
  } catch {
    return body;
  }
}

/** When what an event tells of happened, as it says. */
export const atOf = (event: string): string => String((JSON.parse(event) as { readonly at?: unknown }).at);
