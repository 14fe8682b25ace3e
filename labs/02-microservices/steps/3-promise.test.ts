/** Step 2.3: chat fails in every way there is, and a home page is there in time, with a count that is right or marked. */
import { check } from '#kit';
import { expectFresh, feedWithDouble } from './support/double.ts';

const REFUSED = { kind: 'error', code: 'ServiceException', status: 500 } as const;
/** Of pages in a row that no check here comes near. */
const NEVER = 1000;
/** Pages in each cooldown of an outage. */
const IN_A_ROUND = 4;

const draw = (t: Parameters<Parameters<typeof check>[1]>[0]) => ({
  BUDGET_MS: t.seeded.integer(6, 15) * 100,
  ATTEMPTS: t.seeded.integer(2, 3),
  FAILURES: NEVER,
  COOLDOWN_SECONDS: t.seeded.integer(20, 60),
});

check('any-failure', async (t) => {
  const [user, stranger, once] = [t.seeded.name('u'), t.seeded.name('u'), t.seeded.name('u')];
  const count = t.seeded.integer(1, 99);
  const lies: readonly [string, unknown][] = t.seeded.shuffle([
    ['failed with an error of its own', { throw: 'chat has a bug' }],
    ['answered null', null],
    ['answered a text', 'busy'],
    ['answered without a count', { user }],
    ['answered a count that is a text', { user, unread: '7' }],
    ['answered half a message', { user, unread: 2.5 }],
    ['answered fewer than none', { user, unread: -1 }],
    ['answered for somebody else', { user: stranger, unread: count + 1 }],
  ]);
  const answers = {
    [user]: [{ user, unread: count }, ...lies.map(([, lie]) => lie)],
    [stranger]: [{ throw: 'chat has a bug' }],
    [once]: [{ user: once, unread: count }],
  };
  // One call for each page, so that each page meets one lie.
  const feed = await feedWithDouble(t, answers, { ...draw(t), ATTEMPTS: 1 });
  const page = await feed.home(user);
  await expectFresh(t, page, count, 'Chat said how many wait, and was asked just now.');
  const last = { ...(page.unread as object), stale: true };
  const expectLast = async (cause: string): Promise<void> => {
    await t.clock.advance(t.seeded.integer(1, 9) * 1000);
    t.equal((await feed.home(user)).unread, last, { what: 'what the page says of messages', cause, hint: 3 });
  };
  for (const [what] of lies) {
    t.did(`chat ${what}, after it had told of ${count} messages`);
    await expectLast('What came was taken for a count; or the count that was known is gone, or not marked as stale.');
  }
  for (const effect of [
    REFUSED,
    { kind: 'error', code: 'TooManyRequestsException', status: 429 },
    { kind: 'reset' },
    { kind: 'lost-reply' },
  ] as const) {
    t.did(`a call of chat ended with ${effect.kind === 'error' ? effect.code : effect.kind}`);
    const fault = await feed.fails(effect);
    await expectLast('The count that was known is gone, or not marked as stale.');
    await feed.heals([fault]);
  }
  t.did('then a page of somebody whose count nobody has ever known');
  t.equal(
    (await feed.home(stranger)).unread,
    { count: null, stale: true, asOf: null },
    {
      what: 'what the page says of messages',
      cause: 'A count that nobody knows is no count, and not 0: 0 says that nothing waits.',
      hint: 3,
    },
  );
  const notes = await feed.notes({ kind: 'error', code: 'InternalServerError', status: 500 }, 1);
  t.did('then a page of somebody else, whose count FEED_TABLE refused once to take down');
  const kept = await feed.home(once);
  await expectFresh(t, kept, count, 'Chat has answered, whatever the table says.');
  await feed.heals(notes);
  await t.clock.advance(20 * 60_000);
  await feed.fails(REFUSED);
  t.did('twenty minutes later another environment made the page, while chat refused all calls');
  await expectLast('What was known has ended with the environment that knew it.');
  t.equal(
    (await feed.home(once)).unread,
    { ...(kept.unread as object), stale: true },
    {
      what: 'what the page of the other one says',
      cause:
        'When the page was answered the count was still on its way to the table: the function stood still, and with it what nobody waited for.',
      hint: 3,
    },
  );
});

check('in-time', async (t) => {
  const promised = draw(t);
  const user = t.seeded.name('u');
  const [before, count] = [t.seeded.integer(1, 9), t.seeded.integer(10, 99)];
  const feed = await feedWithDouble(
    t,
    {
      [user]: [
        { user, unread: before },
        { user, unread: count },
      ],
    },
    promised,
  );
  await expectFresh(t, await feed.home(user), before, 'Chat said how many wait.');
  for (const [what, effect] of [
    ['was slow, but came within a third of the budget', { kind: 'latency', ms: Math.floor(promised.BUDGET_MS * 0.3) }],
    ['did not come for ten times the budget', { kind: 'latency', ms: promised.BUDGET_MS * 10 }],
  ] as const) {
    t.did(`the answer of chat ${what} of ${promised.BUDGET_MS} ms`);
    const fault = await feed.fails(effect);
    const seen = await feed.home(user);
    if (effect.ms < promised.BUDGET_MS) {
      await expectFresh(t, seen, count, 'The wait was given up too soon: the answer was on its way.', 1);
    } else {
      t.that((seen.unread as { stale?: unknown } | undefined)?.stale === true, {
        expected: 'the page has the last count, marked as stale',
        seen: JSON.stringify(seen.unread),
        cause: 'There was no answer in time, so what it says is not from just now.',
      });
    }
    await feed.heals([fault]);
  }
  t.did('then each call was refused, but only after two thirds of the budget');
  const faults = [
    await feed.fails({ kind: 'latency', ms: Math.floor(promised.BUDGET_MS * 0.67) }),
    await feed.fails(REFUSED),
  ];
  await feed.home(user);
  await feed.heals(faults);

  const slow = { kind: 'latency', ms: 3 * promised.BUDGET_MS } as const;
  t.did('then chat answered at once, and FEED_TABLE took three times the budget to take the count down');
  const notes = await feed.notes(slow);
  await expectFresh(t, await feed.home(user), count, 'An answer is not lost over the note that is made of it.', 1);
  await feed.heals(notes);
  t.did('then chat was as slow, and so was FEED_TABLE when it was asked for the last count');
  await feed.looks(slow);
  await feed.fails(slow);
  const { unread } = await feed.home(user);
  t.that((unread as { stale?: unknown } | undefined)?.stale === true, {
    expected: 'a page without a count of now, marked as stale',
    seen: JSON.stringify(unread),
    cause: 'There was no answer in time, so what it says is not from just now.',
  });
});

check('tried-again', async (t) => {
  const promised = draw(t);
  const user = t.seeded.name('u');
  const count = t.seeded.integer(1, 99);
  const feed = await feedWithDouble(t, { [user]: [{ user, unread: count }] }, promised);
  const pages = 10;
  for (let page = 0; page < pages; page++) await feed.fails(REFUSED, 2 * page + 1);
  t.did(`made ${pages} pages; of each the first call of chat was refused`);
  for (let page = 0; page < pages; page++) {
    await expectFresh(
      t,
      await feed.home(user),
      count,
      'One call of two failed. There was time for another one, and ATTEMPTS allows it.',
      2,
    );
  }
  const times = await feed.calls();
  t.equal(times.length, 2 * pages, {
    what: `the calls of chat for ${pages} pages, of which the second one was answered each time`,
    cause: 'The SDK makes attempts of its own, for each of yours.',
    hint: 2,
  });
  const pauses = Array.from({ length: pages }, (_, page) => times[2 * page + 1]! - times[2 * page]!);
  const spread = Math.max(...pauses) - Math.min(...pauses);
  t.that(new Set(pauses).size >= pages / 2 && spread >= Math.max(...pauses) / 10, {
    expected: `the ${pages} pauses before the second call are not alike`,
    seen: `milliseconds: ${pauses.join(', ')}`,
    cause:
      'Whoever fails together and waits equally long comes back together. That is a storm, and it comes again and again.',
    hint: 2,
  });
  const refused = await feed.fails(REFUSED);
  t.did('then all of them were refused');
  await feed.home(user);
  await feed.heals([refused]);
  const more = (await feed.calls()).length - times.length;
  t.that(more >= 2 && more <= promised.ATTEMPTS, {
    expected: `at most ATTEMPTS calls of chat for the page: ${promised.ATTEMPTS}`,
    seen: `${more}`,
    cause:
      'Attempts multiply: those of the SDK, for each of those in the loop, for each page. Or one failure was the end.',
    hint: 2,
  });
});

check('breaker', async (t) => {
  const promised = { ...draw(t), FAILURES: t.seeded.integer(3, 5) };
  const { ATTEMPTS, FAILURES, COOLDOWN_SECONDS } = promised;
  const cooldown = COOLDOWN_SECONDS * 1000;
  const user = t.seeded.name('u');
  const count = t.seeded.integer(1, 99);
  const feed = await feedWithDouble(t, { [user]: [{ user, unread: count }] }, promised);
  const fresh = async (cause: string): Promise<void> => expectFresh(t, await feed.home(user), count, cause, 3);
  await fresh('Chat said how many wait.');
  const quiet = (await feed.calls()).length;

  const outage = await feed.fails(REFUSED);
  t.did(`chat refused all calls, and ${FAILURES} pages came one after the other`);
  for (let page = 0; page < FAILURES; page++) await feed.home(user);
  const opened = (await feed.calls()).length;
  t.that(opened - quiet <= FAILURES * ATTEMPTS, {
    expected: `at most ${FAILURES} × ${ATTEMPTS} calls of chat`,
    seen: `${opened - quiet}`,
    cause: 'A page costs chat ATTEMPTS calls at most.',
    hint: 2,
  });
  const since = await t.clock.now();
  const rounds = 3;
  for (let page = 0; page < IN_A_ROUND * rounds; page++) {
    await t.clock.advance(cooldown / IN_A_ROUND);
    await feed.home(user);
  }
  const tries = (await feed.calls()).slice(opened).map((time) => time - since);
  t.did(`then ${IN_A_ROUND * rounds} more in ${rounds} × ${COOLDOWN_SECONDS} s, the cooldown`);
  const told = tries.map((time) => `after ${(time / 1000).toFixed(1)} s`).join(', ') || 'none';
  t.that(
    tries.every((time, i) => time - (tries[i - 1] ?? 0) >= cooldown - promised.BUDGET_MS),
    {
      expected: `chat is left alone for ${COOLDOWN_SECONDS} s, then called once, and so on`,
      seen: `calls: ${told}`,
      cause: 'Chat is called while it lies on the ground; each call keeps it there a little longer.',
      hint: 3,
    },
  );
  t.that(tries.length >= rounds - 1, {
    expected: `one call in each ${COOLDOWN_SECONDS} s looks whether chat is back`,
    seen: `calls: ${told}`,
    cause: 'What was opened stays open: nobody will ever find out that chat is well.',
    hint: 3,
  });

  await feed.heals([outage]);
  await t.clock.advance(cooldown);
  t.did('chat was well again, and a cooldown went by');
  await fresh('The one call that looks was answered, and its answer is fresh.');
  await feed.fails(REFUSED, 1);
  t.did('the first call of the next page was refused, the second one not');
  await fresh('Chat has answered, so all is as before: a page has all of its attempts, and one failure is no outage.');
  const hiccup = await feed.fails(REFUSED);
  for (let page = 1; page < FAILURES; page++) await feed.home(user);
  await feed.heals([hiccup]);
  t.did(`then ${FAILURES - 1} pages got no answer, and the next one could`);
  await fresh(
    `It takes FAILURES pages in a row, ${FAILURES}, to leave chat alone. Attempts are no pages, and those of the outage are over since chat has answered.`,
  );
});
