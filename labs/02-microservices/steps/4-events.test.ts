/** Step 2.4: the feed dies at each of its calls, the queue is away, events come in any order: all hear the same in the end. */
import { check } from '#kit';
import { putRows } from '../../support/tables.ts';
import { Copy } from './support/copies.ts';
import { changed, changedOnce, records } from './support/events.ts';
import { ask, callsOf, deployChat, principalOf, tables } from './support/network.ts';
import { renamed, renamedByTwo, renamedUnheard, told, WRITES } from './support/renames.ts';
import { idsOf, people } from './support/story.ts';
import { expectMoments, expectTold, removeRow, telling } from './support/told.ts';

const MINUTE = 60_000;
/** Calls of a rename at which the feed dies: nobody needs more, and who makes more parts them before that. */
const MOST_DEATHS = 4;
/** The queue is away for so long: time for a few attempts. */
const OUTAGE = 10_000;
/** Milliseconds that a write of chat takes, so that two overlap. */
const SLOW = 200;

check('crash', async (t) => {
  const [person] = people(t.seeded, 1);
  const at = await telling(t, person!);
  at.names.set(1, (await at.profile()).name);
  const made = await at.calls();
  await renamed(t, at, t.seeded.name('Name'));
  const calls = (await at.calls()) - made;
  t.did(`registered somebody and renamed them, which took ${calls} ${calls === 1 ? 'call' : 'calls'} of the feed`);
  await t.clock.advance(MINUTE);
  await expectTold(
    t,
    at,
    'A change of a profile is in FEED_TABLE, and its event is not in the queue: publish.ts sends it, when the stream brings the change.',
  );

  const deaths = Array.from({ length: Math.min(calls, MOST_DEATHS) }, (_, i) => ({
    nth: i + 1,
    when: 'after' as const,
  }));
  for (const { nth, when } of [{ nth: 1, when: 'before' as const }, ...deaths]) {
    const before = await at.profile();
    const name = t.seeded.name('Name');
    const fault = await t.faults.add({ service: '*', principal: at.principal, nth, effect: { kind: 'kill', when } });
    await at.feed.invoke({ op: 'rename', user: at.user, name });
    await t.faults.remove(fault);
    t.did(`then renamed them again; the feed died ${when} call ${nth} of ${calls}`);
    await t.clock.advance(2 * MINUTE);
    const { revision, name: now } = await at.profile();
    t.that(
      (revision === before.revision && now === before.name) || (revision === before.revision + 1 && now === name),
      {
        expected: `the profile as it was, ${told(before)}, or the next one, ${told({ name, revision: before.revision + 1 })}`,
        seen: told({ name: now, revision }),
        cause: 'Name and revision are written apart.',
      },
    );
    at.names.set(revision, now);
    await expectTold(
      t,
      at,
      'Two writes, and a death between them: what was written first says one thing, and what was to come says another. Write once; the stream tells of it.',
    );
    await renamed(t, at, name);
    await t.clock.advance(MINUTE);
    await expectTold(
      t,
      at,
      'The client has sent the same again, and somebody has heard of it that never should, or has not.',
    );
  }
  for (const rename of [renamedByTwo, renamedUnheard]) {
    await rename(t, at);
    await t.clock.advance(MINUTE);
    await expectTold(t, at, 'Each revision is one change of the row, and one event.');
  }
});

check('undelivered', async (t) => {
  const [person] = people(t.seeded, 1);
  const at = await telling(t, person!);
  at.names.set(1, (await at.profile()).name);
  const sending = { service: 'sqs', principal: `arn:aws:sts::${t.accountId}:assumed-role/*` };
  const away = await t.faults.add({ ...sending, effect: { kind: 'error', code: 'ServiceUnavailable', status: 503 } });
  const [id, later] = idsOf(t.seeded, 2);
  t.did('registered somebody, and while the queue was away renamed them twice, let them post, and removed a post');
  const from = await t.clock.now();
  await renamed(t, at, t.seeded.name('Name'));
  await ask(t, at.feed, { op: 'post', user: at.user, id, text: t.seeded.name('post') });
  const gone = { pk: `USER#${at.user}`, sk: `POST#${later}` };
  await putRows(t, at.table, [gone]);
  await removeRow(t, at.table, gone);
  await renamed(t, at, t.seeded.name('Name'));
  const to = await t.clock.now();
  await t.clock.advance(OUTAGE);
  await t.faults.remove(away);
  await t.clock.advance(5 * MINUTE);
  await expectTold(
    t,
    at,
    'What could not be sent was given up, or skipped; or something was told that is no change of a profile. A batch that fails comes again, if the handler fails; and whatever it fails at holds up all that follows.',
  );
  await expectMoments(t, at, [2, 3], from, to);

  const lost = await t.faults.add({ ...sending, operation: 'SendMessage', nth: 1, effect: { kind: 'lost-reply' } });
  t.did('then renamed them once more, and the answer to sending the event got lost');
  await renamed(t, at, t.seeded.name('Name'));
  await t.clock.advance(5 * MINUTE);
  await t.faults.remove(lost);
  await expectTold(
    t,
    at,
    'What may have arrived is sent again: twice is better than never, and who hears it knows revisions.',
  );

  const events = (await at.events()).length;
  const nobody = t.seeded.name('nobody');
  const { error } = await at.feed.invoke({ op: 'rename', user: nobody, name: t.seeded.name('Name') });
  t.did(`then renamed ${nobody}, who is not registered; then the person, to the name that they had, and let them post`);
  t.that(error !== undefined, {
    expected: `${nobody} cannot be renamed: it throws`,
    seen: 'it ended well',
    cause: 'An update makes the row that it does not find: half a profile, of somebody who never registered.',
    hint: 3,
  });
  await renamed(t, at, at.names.get(Math.max(...at.names.keys()))!);
  await ask(t, at.feed, { op: 'post', user: at.user, id: later, text: t.seeded.name('post') });
  await t.clock.advance(2 * MINUTE);
  t.equal((await at.events()).slice(events), [], {
    what: 'the events that were sent of this',
    cause: 'No profile has changed. A row of another kind, or a row that is as it was, is no news.',
    hint: 2,
  });
});

check('consumer', async (t) => {
  const at = await tables(t);
  const chat = await deployChat(t, at);
  const [ada, bob, carl] = people(t.seeded, 3);
  const [first, second] = idsOf(t.seeded, 2);
  for (const [id, { user }] of [
    [first, ada!],
    [second, bob!],
  ] as const) {
    await ask(t, chat, { op: 'send', id, from: user, to: carl!.user, text: t.seeded.name('text') });
  }
  const copies = { [ada!.user]: new Copy(ada!.user), [bob!.user]: new Copy(bob!.user) };
  const expectCopies = async (cause: string): Promise<void> => {
    const inbox = (await ask(t, chat, { op: 'inbox', user: carl!.user })) as {
      messages?: { from: string; name: string }[];
      notices?: unknown;
    };
    const senders = Object.values(copies).sort((one, other) => (one.user < other.user ? -1 : 1));
    t.equal(
      {
        names: Object.fromEntries((inbox.messages ?? []).map(({ from, name }) => [from, name])),
        notices: inbox.notices,
      },
      {
        names: Object.fromEntries(senders.map(({ user, name }) => [user, name])),
        notices: senders.flatMap(({ notices }) => notices),
      },
      { what: 'what chat calls them, and its notices', cause, hint: 3 },
    );
  };
  const take = async (bodies: readonly string[], failing: readonly string[]): Promise<void> => {
    const all = records(t, bodies);
    t.equal(
      await ask(t, chat, { Records: all }),
      {
        batchItemFailures: all
          .filter(({ body }) => failing.includes(body))
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      },
      {
        what: 'the answer to the events',
        cause: 'learn() throws for what it has not written down, and for nothing else.',
      },
    );
  };

  // The clock of who sends runs backwards from one event to the next.
  let clock = Date.parse('2026-05-05T12:00:00.000Z');
  const sent = (): string => {
    clock -= t.seeded.integer(1, 90) * 1000;
    return new Date(clock).toISOString();
  };
  const broken = JSON.stringify({ version: 2, type: 'profile-changed', user: ada!.user });
  const old = (user: string, name: string) => ({
    body: changedOnce({ user, name }, sent()),
    of: { user, name, revision: 0 },
  });
  const news = (user: string, name: string, revision: number) => ({
    body: changed({ user, name, revision }, sent()),
    of: { user, name, revision },
  });
  const [one, two, three] = [1, 2, 3].map((revision) => news(ada!.user, t.seeded.name('Name'), revision));
  const batches = [
    [old(bob!.user, t.seeded.name('Old')), old(bob!.user, t.seeded.name('Old')), one!],
    [
      ...t.seeded.shuffle([two!, three!, two!, one!]),
      old(ada!.user, t.seeded.name('Old')),
      news(bob!.user, bob!.name, 7),
    ],
    t.seeded.shuffle([three!, two!, old(bob!.user, t.seeded.name('Old'))]),
  ];
  t.did(
    'events about two senders came: twice, out of order, by a clock that ran backwards, some from before there were revisions; and one that nobody can read',
  );
  for (const batch of batches) {
    for (const { of } of batch) copies[of.user]!.hear(of);
    const bodies = batch.map(({ body }) => body);
    await take([...bodies.slice(0, 1), broken, ...bodies.slice(1)], [broken]);
    await expectCopies(
      'The copy follows the highest revision, not what came last nor the latest clock; what is news when it comes leaves one notice.',
    );
  }

  const made = (await callsOf(t, chat)).length;
  const calm = news(ada!.user, t.seeded.name('Name'), 4);
  copies[ada!.user]!.hear(calm.of);
  await take([calm.body], []);
  const calls = (await callsOf(t, chat)).length - made;
  for (let nth = 1; nth <= Math.min(calls, MOST_DEATHS); nth++) {
    const event = news(ada!.user, t.seeded.name('Name'), 4 + nth);
    t.did(
      `then call ${nth} of the ${calls} that an event takes was refused, and the event came again, if it was named as failed`,
    );
    const refused = await t.faults.add({
      service: 'dynamodb',
      principal: principalOf(t, chat),
      nth,
      effect: { kind: 'error', code: 'ValidationException', status: 400 },
    });
    const [record] = records(t, [event.body]);
    const { value } = await chat.invoke({ Records: [record] });
    await t.faults.remove(refused);
    const failed = (value as { batchItemFailures?: unknown[] } | null)?.batchItemFailures?.length !== 0;
    if (failed) await take([event.body], []);
    copies[ada!.user]!.hear(event.of);
    await expectCopies(
      'Copy and notice are two writes: one of them failed, and the event was done twice, or half. Or its failure was kept back, and it never came again.',
    );
  }

  const [older, newer] = [8, 9].map((nth) => news(ada!.user, t.seeded.name('Name'), nth + MOST_DEATHS));
  const slow: string[] = [];
  // Whoever comes second has looked before the first one writes, and writes after it.
  for (const operation of WRITES) {
    for (const nth of [{}, { nth: 2 }]) {
      const effect = { kind: 'latency', ms: SLOW } as const;
      slow.push(
        await t.faults.add({ service: 'dynamodb', principal: principalOf(t, chat), operation, ...nth, effect }),
      );
    }
  }
  t.did('then two of them came at the same moment, to two environments');
  const both = [newer!, older!];
  const events = both.map(({ body }) => ({ Records: records(t, [body]) }));
  const answers = await chat.invokeTogether(events);
  for (const fault of slow) await t.faults.remove(fault);
  for (const [i, { value }] of answers.entries()) {
    // Who was overtaken may say so: the event comes again.
    const failures = (value as { batchItemFailures?: unknown[] } | null)?.batchItemFailures;
    if (failures?.length !== 0) await take([both[i]!.body], []);
  }
  const { notices } = (await ask(t, chat, { op: 'inbox', user: carl!.user })) as { notices?: { name?: unknown }[] };
  // The older one is news if it came first.
  if (notices?.some(({ name }) => name === older!.of.name)) copies[ada!.user]!.hear(older!.of);
  copies[ada!.user]!.hear(newer!.of);
  await expectCopies(
    'Both have looked at the same copy before either of them wrote. What is compared before the write is not what the write meets.',
  );
});
