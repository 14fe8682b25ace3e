/** Step 2.4: one person is renamed: once, by two at the same moment, and while the answer to the write gets lost. */
import type { Check } from '../../../../workbook/kit/contract.ts';
import type { Change } from './events.ts';
import { ask } from './network.ts';
import type { Telling } from './told.ts';

/** Milliseconds that each call of the table takes, so that two renames overlap. */
const SLOW = 100;
export const WRITES = ['UpdateItem', 'PutItem', 'TransactWriteItems'];

export const told = ({ name, revision }: Omit<Change, 'user'>): string =>
  `${JSON.stringify(name)} in revision ${revision}`;

const lastOf = ({ names }: Telling): number => Math.max(...names.keys());

/** Renames the person, and expects the next revision, or the same one where the name is the same. */
export async function renamed(t: Check, at: Telling, name: string): Promise<void> {
  const last = lastOf(at);
  const revision = at.names.get(last) === name ? last : last + 1;
  const answer = await ask(
    t,
    at.feed,
    { op: 'rename', user: at.user, name },
    'A rename needs more than FEED_TABLE: what it needs may be away.',
  );
  t.equal(
    answer,
    { user: at.user, name, revision },
    {
      what: 'the answer to rename',
      cause: revision === last ? 'It is called so already: nothing changes.' : 'Each change is one revision.',
    },
  );
  at.names.set(revision, name);
}

/** Two rename the person at the same moment: these are two revisions. Whoever fails asks again. */
export async function renamedByTwo(t: Check, at: Telling): Promise<void> {
  const last = lastOf(at);
  const events = [t.seeded.name('Name'), t.seeded.name('Name')].map((name) => ({ op: 'rename', user: at.user, name }));
  const slow = await t.faults.add({
    service: 'dynamodb',
    principal: at.principal,
    effect: { kind: 'latency', ms: SLOW },
  });
  t.did('then two renamed them at the same moment');
  const answers: Change[] = [];
  for (const [i, { error, value }] of (await at.feed.invokeTogether(events)).entries()) {
    answers.push((error ? await ask(t, at.feed, events[i]!) : value) as Change);
  }
  await t.faults.remove(slow);
  t.equal(answers.map(({ revision }) => revision).sort(), [last + 1, last + 2], {
    what: 'the revisions that the two were answered',
    cause: 'Both have read the same revision, and each of them has written down the one after it.',
    hint: 3,
  });
  for (const { revision, name } of answers) at.names.set(revision, name);
  t.equal(
    await at.profile(),
    { user: at.user, name: at.names.get(last + 2), revision: last + 2 },
    { what: 'the profile after both', cause: 'One of the two has written over what the other one wrote.', hint: 3 },
  );
}

/** The write arrives, and its answer does not: the SDK sends it again. */
export async function renamedUnheard(t: Check, at: Telling): Promise<void> {
  const name = t.seeded.name('Name');
  const revision = lastOf(at) + 1;
  const faults: string[] = [];
  for (const operation of WRITES) {
    faults.push(
      await t.faults.add({
        service: 'dynamodb',
        operation,
        principal: at.principal,
        nth: 1,
        effect: { kind: 'lost-reply' },
      }),
    );
  }
  t.did('then renamed them once more; the row was written, and the answer to the write got lost');
  const { error, value } = await at.feed.invoke({ op: 'rename', user: at.user, name });
  for (const fault of faults) await t.faults.remove(fault);
  if (!error) {
    t.equal(
      value,
      { user: at.user, name, revision },
      {
        what: 'the answer to rename',
        cause:
          'The write was sent again, since nobody knew that it had arrived; and the same change was counted twice.',
        hint: 3,
      },
    );
  }
  at.names.set(revision, name);
  await renamed(t, at, name);
}
