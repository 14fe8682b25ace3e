/** Step 2.6: copies of the feed lead, stand still, and publish what they should not any more, by the learner's leader.ts and digest.ts. */
import { type Check, check } from '#kit';
import type { Row } from '../../support/tables.ts';
import { type Lease, leading, office, publishing, seen } from './support/office.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const copies = (t: Check): [string, string] => [t.seeded.name('feed'), t.seeded.name('feed')];
const textOf = (t: Check): string => `${t.seeded.name('50% "ü"')}: ${t.seeded.integer(2, 900)} posts`;

check('one-leader', async (t) => {
  const at = await office(t);
  const { lead, resign, together } = await at.copy();
  await at.slow();
  const names = copies(t);
  const seconds = Math.round(t.seeded.integer(20, 40) * t.pace);
  const pass = (length: number) => t.clock.advance(length * SECOND, { wall: length * SECOND });

  t.did(`two applied at the same moment, for ${seconds} s`);
  const begun = await t.clock.now();
  const both = (await together(names.map((me) => leading(me, seconds)))) as (Lease | null)[];
  const ended = await t.clock.now();
  const first = both.find((lease) => lease !== null) ?? null;
  const [one, other] = String(first?.me) === names[1] ? [names[1], names[0]] : names;
  t.equal(
    both.map(seen).sort((a, b) => Number(a === null) - Number(b === null)),
    [{ me: one, term: 1 }, null],
    {
      what: 'what the two got',
      cause:
        'Both lead, or none does: between looking who leads and writing it down, the other one came. Or the first term is not 1.',
      hint: 1,
    },
  );
  const [from, to] = [begun + seconds * SECOND, ended + seconds * SECOND];
  t.that(Number(first?.until) >= from && Number(first?.until) <= to, {
    expected: `the lease of ${one} lasts for ${seconds} s from when it applied: until lies between ${from} and ${to}`,
    seen: JSON.stringify(first?.until) ?? 'nothing',
    cause: 'It is counted from another moment, or in another unit than milliseconds since 1970.',
  });

  await pass(seconds / 2);
  t.did(`half of that later ${one} applied again, and ${Math.round(seconds * 0.6)} s after that ${other} did`);
  const longer = await lead(one, seconds);
  t.equal(
    seen(longer),
    { me: one, term: 1 },
    {
      what: `what ${one} got`,
      cause: 'It leads, and leads on; nobody else has led since, so the term stays.',
      hint: 1,
    },
  );
  await pass(seconds * 0.6);
  t.equal(seen(await lead(other, seconds)), null, {
    what: `what ${other} got`,
    cause: 'It took the lead from somebody whose time is not up: that one had applied again.',
    hint: 1,
  });

  await pass(seconds * 0.6);
  t.did(`${other} applied once more when ${one}’s time was up, and then ${one} did`);
  const second = await lead(other, 3 * seconds);
  t.equal(
    seen(second),
    { me: other, term: 2 },
    {
      what: `what ${other} got`,
      cause:
        'The lead does not end with its time, and whoever died with it never hands it back. Or the next leader did not get the next term.',
      hint: 1,
    },
  );
  t.equal(seen(await lead(one, seconds)), null, {
    what: `what ${one} got`,
    cause: 'It has led before, and another one leads now.',
    hint: 1,
  });

  t.did(`${one} resigned with the lease that it had lost, and applied; then ${other} resigned, and ${one} applied`);
  await resign(longer);
  t.equal(seen(await lead(one, seconds)), null, {
    what: `what ${one} got while ${other} led`,
    cause: 'It has ended a lease that was not its own any more.',
    hint: 2,
  });
  await resign(second);
  t.equal(
    seen(await lead(one, seconds)),
    { me: one, term: 3 },
    {
      what: `what ${one} got after ${other} had resigned`,
      cause:
        'Who resigns need not be waited for, and the terms go on from there: what counts them must not go with the lease.',
      hint: 2,
    },
  );
  t.did(`${one} resigned with its lease of the first term, and ${other} applied`);
  await resign(longer);
  t.equal(seen(await lead(other, seconds)), null, {
    what: `what ${other} got while ${one} led in its third term`,
    cause: 'An old lease has ended a newer one, because both are of the same copy.',
    hint: 2,
  });
});

const ONE_TERM =
  'The page was written by one that another has replaced. Between a look at who leads, or at a clock, and the write lies time.';

check('deposed', async (t) => {
  const at = await office(t);
  const [one, other] = copies(t);
  const seconds = t.seeded.integer(20, 60);
  const { lead, publish, together, attempt } = await at.copy({ seconds: 2 * seconds });
  const [monday, tuesday, friday] = ['monday', 'tuesday', 'friday'].map((day) => t.seeded.name(day));
  const [text, held, late] = [textOf(t), textOf(t), textOf(t)];

  t.did(`${one} led, published ${monday}, and published it again with another text`);
  const first = await lead(one, seconds);
  t.equal(seen(first), { me: one, term: 1 }, { what: `what ${one} got`, hint: 1 });
  const answers = [await publish(first, monday!, text), await publish(first, monday!, held)];
  t.equal(answers, ['published', 'already'], {
    what: 'the two answers',
    cause: 'A page that is there stays as it is, and who comes again is told.',
    hint: 3,
  });
  await expectPage(t, at, monday!, { me: one, term: 1, text });

  const [after, hold] = [seconds + 2, seconds + t.seeded.integer(5, 9)];
  await at.holdPage(hold * SECOND);
  t.did(
    `${one} published ${tuesday}, and its write took ${hold} s to get there; its lease lasts ${seconds} s, and after ${after} s ${other} became the leader`,
  );
  const [told, lease] = await together([publishing(first, tuesday!, held), leading(other, seconds, after * SECOND)]);
  const second = lease as Lease | null;
  t.equal(seen(second), { me: other, term: 2 }, { what: `what ${other} got`, hint: 1 });
  await expectPage(t, at, tuesday!, undefined);
  t.equal(told, 'deposed', {
    what: `what ${one} was told`,
    cause: 'Nothing was written, because another one leads: that is an answer, and no failure.',
    hint: 3,
  });

  t.did(`then ${other} published it; ${one} tried again, and tried ${friday}`);
  t.equal(await publish(second, tuesday!, late), 'published', {
    what: `what ${other} was told`,
    cause: 'Who leads may publish what is not there.',
    hint: 3,
  });
  const again = await publish(first, tuesday!, held);
  t.that(again === 'deposed' || again === 'already', {
    expected: `${one} is told ‘deposed’ or ‘already’ of ${tuesday}`,
    seen: JSON.stringify(again) ?? 'nothing',
    cause: ONE_TERM,
    hint: 2,
  });
  await expectPage(t, at, tuesday!, { me: other, term: 2, text: late });
  t.equal(await publish(first, friday!, held), 'deposed', {
    what: `what ${one} was told of ${friday}`,
    cause: ONE_TERM,
    hint: 2,
  });
  await expectPage(t, at, friday!, undefined);

  const conflict = await at.conflict();
  t.did(`then ${other} published ${friday}; its transaction met another one, once`);
  const met = await attempt(publishing(second, friday!, late));
  t.that(met.error !== undefined || met.value === 'published', {
    expected: '‘published’, if it was tried again; or it fails, and nobody knows',
    seen: JSON.stringify(met.value) ?? 'nothing',
    cause: 'That two transactions have met is no verdict on who leads, nor on whether the page is there.',
    hint: 3,
  });
  await t.faults.remove(conflict);
  if (met.error) t.equal(await publish(second, friday!, late), 'published', { what: 'the answer to a second attempt' });
  await expectPage(t, at, friday!, { me: other, term: 2, text: late });
});

async function expectPage(
  t: Check,
  at: { page(name: string): Promise<Row | undefined> },
  pk: string,
  wanted: { me: string; term: number; text: string } | undefined,
): Promise<void> {
  const page = await at.page(pk);
  if (wanted) {
    const cause = 'It is not what was published first, or not by this leader.';
    t.equal(page, { pk, ...wanted }, { what: `${pk} in DIGEST`, cause, hint: 3 });
  } else {
    const found = JSON.stringify(page);
    t.that(page === undefined, { expected: `${pk} is not in DIGEST`, seen: found, cause: ONE_TERM, hint: 2 });
  }
}

check('skewed', async (t) => {
  const at = await office(t);
  const [one, other] = copies(t);
  const seconds = t.seeded.integer(20, 60);
  // Whichever of the two is wrong: by the second one's clock the time of the first is up at once.
  const slow = t.seeded.pick([true, false]);
  const [here, there] = [
    await at.copy({ skew: slow ? -10 * MINUTE : 0 }),
    await at.copy({ skew: slow ? 0 : 10 * MINUTE }),
  ];
  const [monday, tuesday, friday, sunday] = ['monday', 'tuesday', 'friday', 'sunday'].map((day) => t.seeded.name(day));
  const [text, early, later] = [textOf(t), textOf(t), textOf(t)];

  t.did(
    `${slow ? `${one}’s clock is ten minutes slow` : `${other}’s clock is ten minutes fast`}. ${one} led for ${seconds} s and published ${monday}; at once ${other} applied`,
  );
  const first = await here.lead(one, seconds);
  t.equal(seen(first), { me: one, term: 1 }, { what: `what ${one} got`, hint: 1 });
  t.equal(await here.publish(first, monday!, text), 'published', { what: `what ${one} was told`, hint: 3 });
  let second = await there.lead(other, seconds);
  if (second === null) {
    t.did(`it did not get the lead, as if it knew better than its clock; ${one} resigned, and ${other} applied again`);
    await here.resign(first);
    second = await there.lead(other, seconds);
  }
  t.equal(
    seen(second),
    { me: other, term: 2 },
    { what: `what ${other} got`, cause: 'Whose time is up is replaced, and the terms go on.', hint: 1 },
  );

  t.did(`both published ${tuesday}, ${one} before ${other}; and ${other} published ${monday}`);
  const told = [
    await here.publish(first, tuesday!, early),
    await there.publish(second, tuesday!, later),
    await there.publish(second, monday!, later),
  ];
  t.equal(told, ['deposed', 'published', 'already'], {
    what: 'the three answers',
    cause:
      'By its clock the first one leads. Its clock may say what it likes: another one has the next term, and only that can be compared.',
    hint: 2,
  });
  await expectPage(t, at, monday!, { me: one, term: 1, text });
  await expectPage(t, at, tuesday!, { me: other, term: 2, text: later });

  t.did(`${other} resigned, ${one} led and published ${friday}; then ${other} published ${sunday} with its old lease`);
  await there.resign(second);
  const third = await here.lead(one, seconds);
  t.equal(seen(third), { me: one, term: 3 }, { what: `what ${one} got`, hint: 2 });
  t.equal(
    [await here.publish(third, friday!, text), await there.publish(second, sunday!, later)],
    ['published', 'deposed'],
    {
      what: 'the two answers',
      cause:
        'Which of two leases is the later one cannot be told by when they end: these times come from two clocks. A lease that was resigned lasts for nobody.',
      hint: 2,
    },
  );
  await expectPage(t, at, friday!, { me: one, term: 3, text });
  await expectPage(t, at, sunday!, undefined);
});
