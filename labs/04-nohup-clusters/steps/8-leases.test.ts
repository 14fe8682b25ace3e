/** Step 4.8: several claim, hold, lose and hand back bunches, and say what came of files, by the learner's lease.ts and commit.ts. */
import { type Check, check } from '#kit';
import { desk, type Lease } from './support/desk.ts';
import { writesOf } from './support/stores.ts';

const SECOND = 1000;

/** What is judged of a lease: whatever else it holds is the learner's. */
const seen = (lease: Lease | null) => lease && { bunch: lease.bunch, token: lease.token };

const holders = (t: Check, n: number): string[] => Array.from({ length: n }, () => t.seeded.name('i'));
const bunchesOf = (t: Check, n: number): string[] => Array.from({ length: n }, () => t.seeded.name('bunch'));

check('one-holder', async (t) => {
  const { askTogether, claim, release, held, slow } = await desk(t);
  await slow();
  const bunches = bunchesOf(t, 3);
  const [one, two, three, late] = holders(t, 4);
  const seconds = t.seeded.integer(30, 90);
  const claimOf = (holder?: string, wanted = bunches) => ({ op: 'claim', bunches: wanted, holder, seconds });

  t.did(`three claimed one of ${bunches.join(', ')} at the same time, for ${seconds} s`);
  const first = (await askTogether([one, two, three].map((holder) => claimOf(holder)))) as (Lease | null)[];
  t.equal(
    first.map(seen).sort((a, b) => bunches.indexOf(String(a?.bunch)) - bunches.indexOf(String(b?.bunch))),
    bunches.map((bunch) => ({ bunch, token: 1 })),
    {
      what: 'what the three got',
      cause:
        'Two have the same bunch: between looking and writing, another one came. Or one came away empty-handed although there were three; or the first token is not 1.',
      hint: 1,
    },
  );
  t.equal(await held(), bunches.toSorted(), {
    what: 'held()',
    cause: 'It does not tell all that somebody has at this moment.',
  });

  t.did('a fourth one claimed');
  t.equal(seen(await claim(bunches, late!, seconds)), null, {
    what: 'what it got',
    cause: 'All are taken, and it was given one that somebody else has.',
    hint: 1,
  });

  const given = t.seeded.pick(first);
  await release(given);
  const bunch = String(given?.bunch);
  t.did(`${bunch} was handed back, and two claimed one at the same time`);
  const again = (await askTogether([claimOf(late), claimOf(two)])) as (Lease | null)[];
  t.equal(
    again.map(seen).sort((a, b) => Number(a?.token ?? 9) - Number(b?.token ?? 9)),
    [{ bunch, token: 2 }, null],
    {
      what: 'what the two got',
      cause:
        'What was handed back can be claimed at once, by one of them, and the token goes on from the one before: it is not lost with the lease, and comes from no clock.',
      hint: 3,
    },
  );
});

check('runs-out', async (t) => {
  const { claim, extend, release, held } = await desk(t);
  const [bunch] = bunchesOf(t, 1);
  const [lost, next, last] = holders(t, 3);
  const seconds = t.seeded.integer(30, 90);
  const part = t.seeded.integer(5, 20);
  const pass = (length: number) => t.clock.advance(length * SECOND);

  const old = await claim([bunch!], lost!, seconds);
  await pass(seconds - 2);
  t.did(`claimed ${bunch} for ${seconds} s; ${seconds - 2} s later another one claimed it`);
  t.equal(seen(await claim([bunch!], next!, seconds)), null, {
    what: 'what the other one got',
    cause: 'It took the lease from a holder who may be at work.',
  });
  await pass(3);
  t.did('and again 3 s later');
  t.equal(await held(), [], { what: 'held() then', cause: 'A lease whose time is up is nobody’s.' });
  const lease = await claim([bunch!], next!, seconds);
  t.equal(
    seen(lease),
    { bunch, token: 2 },
    {
      what: 'what the other one got',
      cause: 'The lease did not end with its time. Whoever died with it will never hand it back.',
    },
  );

  t.did('the first one came back, and wanted to extend its lease and to hand it back');
  t.equal(seen(await extend(old, seconds)), null, {
    what: 'the answer to the first one’s extend()',
    cause: 'It was told that it has the lease, and somebody else has it, too.',
    hint: 2,
  });
  await release(old);
  t.equal(await held(), [bunch], {
    what: 'held() afterwards',
    cause: 'The first one handed back what belongs to the second by now.',
    hint: 2,
  });

  await pass(seconds - part);
  const longer = await extend(lease, seconds);
  t.did(`the second one extended its lease ${part} s before its end`);
  t.equal(
    seen(longer),
    { bunch, token: 2 },
    {
      what: 'the answer to the second one’s extend()',
      cause: 'Its lease was its own, and is not any more: something has overwritten it, or the token went on.',
      hint: 2,
    },
  );
  await pass(seconds - 2);
  t.equal(seen(await claim([bunch!], last!, seconds)), null, {
    what: `what a third one got ${seconds - 2} s after that`,
    cause: 'An extended lease lasts as long as it was asked for, from the moment of the extension.',
    hint: 3,
  });
  await pass(3);
  t.equal(
    seen(await claim([bunch!], last!, seconds)),
    { bunch, token: 3 },
    {
      what: 'what the third one got 3 s later',
      cause: 'An extended lease has an end, too.',
      hint: 3,
    },
  );
});

check('written-once', async (t) => {
  const store = await desk(t);
  const { ask, askTogether, committed, done, keyOf } = store;
  const eTag = `"${t.seeded.name('e')}"`;
  const file = (key: string) => ({ key, eTag, size: t.seeded.integer(100, 900) });
  const counted = (key: string, pages: number) => ({ op: 'commit', file: file(key), pages });
  const aside = (key: string, reason: string) => ({ op: 'quarantine', file: file(key), reason });
  const [contested, wrecked] = [`${t.seeded.name('50% ü+')} b.pdf`, `${t.seeded.name('x')}/a.json.pdf`];
  const pages = t.seeded.integer(2, 40);

  t.did(`two committed ${contested} at the same moment, with ${pages} and ${pages + 1} pages`);
  const both = await askTogether([counted(contested, pages), counted(contested, pages + 1)]);
  t.equal(both.toSorted(), ['already', 'committed'], {
    what: 'the answers of the two',
    cause: 'Both have written, one over the other; or none knows that the other was faster.',
    hint: 1,
  });
  const first = { key: contested, eTag, pages: both[0] === 'committed' ? pages : pages + 1 };
  const because = 'Who came later has changed what was there, or it is not kept under this key in this form.';
  t.equal(await committed(contested), first, { what: `the object ${keyOf(contested)}`, cause: because });
  t.did('another one put it aside later');
  t.equal(await ask(aside(contested, 'late')), 'already', {
    what: 'the answer of quarantine()',
    cause: 'What is counted and what is put aside lie in different places, so that a file can be both.',
    hint: 2,
  });
  t.equal(await committed(contested), first, { what: `the object ${keyOf(contested)} then`, cause: because });

  const reason = t.seeded.name('no page tree');
  t.did(`${wrecked} was put aside, and counted by somebody later`);
  t.equal([await ask(aside(wrecked, reason)), await ask(counted(wrecked, pages))], ['committed', 'already'], {
    what: 'the answers of quarantine() and commit()',
    cause: 'A file that is put aside is done as well, and was counted all the same.',
    hint: 2,
  });
  t.equal(
    await committed(wrecked),
    { key: wrecked, eTag, reason },
    {
      what: `the object ${keyOf(wrecked)}`,
      cause: because,
    },
  );
  for (const key of [contested, wrecked]) {
    t.equal(await writesOf(t, store, key), 1, {
      what: `how often ${keyOf(key)} was written`,
      cause: 'Only the store can tell who is first, at the moment of writing.',
      hint: 1,
    });
  }
  t.equal(await done(), [contested, wrecked].sort(), {
    what: 'done()',
    cause: 'It tells the keys of all files that are done, those that were put aside as well, and each as it was given.',
    hint: 3,
  });
});

check('answer-lost', async (t) => {
  const { ask, claim, extend, release, losingOfLease, losingOf, committed, keyOf } = await desk(t);
  const bunches = bunchesOf(t, 2);
  const [one, two, three] = holders(t, 3);
  const seconds = t.seeded.integer(30, 90);

  t.did(`claimed ${bunches.join(' or ')}; the answer to the write got lost, and another one claimed`);
  const first = await losingOfLease(() => claim(bunches, one!, seconds));
  const second = await claim(bunches, two!, seconds);
  t.equal([first, second].map((lease) => String(lease?.bunch)).sort(), bunches.toSorted(), {
    what: 'what the two got',
    cause:
      'The SDK sent the write again, and it was refused because of the first one. That bunch is taken now, and nobody works on it; or both have the same one.',
    hint: 3,
  });

  t.did('the first one extended its lease; the answer to that got lost');
  const longer = await losingOfLease(() => extend(first, seconds));
  t.equal(seen(longer), seen(first), {
    what: 'the answer to extend()',
    cause: 'It took its own write for somebody else’s, and gave up a lease that is its own.',
    hint: 3,
  });
  t.did('then it handed it back; the answer to that got lost, too. A third one claimed');
  await losingOfLease(() => release(longer));
  t.equal(
    seen(await claim(bunches, three!, seconds)),
    { bunch: first?.bunch, token: 2 },
    {
      what: 'what the third one got',
      cause: 'The lease was not handed back: after its answer was lost the holder did not know its own version of it.',
      hint: 3,
    },
  );

  const [key, wreck] = [`${t.seeded.name('letter')}.pdf`, `${t.seeded.name('wreck')}.pdf`];
  const [pages, reason] = [t.seeded.integer(2, 40), t.seeded.name('no page tree')];
  const file = (name: string) => ({ key: name, eTag: '"e"', size: 1 });
  t.did('one file was committed, and another one put aside; each time the answer to the write got lost');
  const answers = [
    await losingOf(key, () => ask({ op: 'commit', file: file(key), pages })),
    await losingOf(wreck, () => ask({ op: 'quarantine', file: file(wreck), reason })),
  ];
  t.that(
    answers.every((answer) => answer === 'committed' || answer === 'already'),
    {
      expected: 'each is answered ‘committed’ or ‘already’',
      seen: JSON.stringify(answers),
      cause: 'The SDK sent the write again, and it met the first one.',
      hint: 3,
    },
  );
  t.equal(
    [await committed(key), await committed(wreck)],
    [
      { key, eTag: '"e"', pages },
      { key: wreck, eTag: '"e"', reason },
    ],
    { what: `the objects ${keyOf(key)} and ${keyOf(wreck)}`, cause: 'What was written is not what was asked for.' },
  );
});
