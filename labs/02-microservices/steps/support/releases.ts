/** Step 2.2: the releases of both services at one desk, where they write events and read each other's. */
import type { Check } from '../../../../workbook/kit/contract.ts';
import type { Release } from './calendar.ts';

export interface Profile {
  readonly user: string;
  readonly name: string;
  readonly revision: number;
}

/** What came of writing or reading: a value, null for none; or the name of the error that was thrown. */
export type Told = { readonly value: unknown } | { readonly error: string };

export async function releases(t: Check) {
  const deployed = await t.deploy('contract-desk.ts');
  const ask = async (list: readonly object[]): Promise<Told[]> => {
    const invocation = await deployed.invoke(list);
    t.succeeded(invocation);
    return invocation.value as Told[];
  };
  return {
    /** What these releases of the feed write about a profile. */
    write: (list: readonly { release: Release; profile: Profile; at: string }[]) => ask(list),
    /** What these releases of chat read in a message's body. */
    read: (list: readonly { release: Release; body: string }[]) => ask(list),
  };
}

/** What was read, for a comparison: the value, or the error. */
export const madeOf = (told: Told): unknown => ('value' in told ? told.value : { thrown: told.error });

/** A body that is a text; anything else fails the check. */
export function bodyOf(t: Check, told: Told, release: Release): string {
  const body = madeOf(told);
  t.that(typeof body === 'string', {
    expected: `the feed’s “${release}” writes an event as a text, for the body of a message`,
    seen: JSON.stringify(body),
    hint: 1,
  });
  return body as string;
}
