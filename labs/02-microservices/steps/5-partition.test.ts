/** Step 2.5: handles are claimed and messages counted at two sites, and the ways between them break. */
import { type Check, check } from '#kit';
import { Knowledge, otherThan, type Site, type SiteName, sites, type Told } from './support/sites.ts';
import { idsOf } from './support/story.ts';

const OWNER = 'Who has a handle is told so, however often they ask.';
const STRANGER = 'The handle is another account’s, and that is written down.';
const REACHABLE = 'NAMES can be reached from here, and answers at once.';

const accounts = (t: Check): [string, string, string] => [
  `${t.seeded.name('ada')}@example.com`,
  `${t.seeded.name('bob')}@example.com`,
  `${t.seeded.name('eve')}@example.com`,
];

check('unique', async (t) => {
  const at = await sites(t);
  const site = await at.site(t.seeded.pick(['east', 'west']));
  const [ada, bob, eve] = accounts(t);
  const [user, later] = [t.seeded.name('u'), t.seeded.name('u')];
  const slow = await site.fails(at.names, { kind: 'latency', ms: at.budget / 5 });
  t.did(`two accounts claimed ${user} at the same moment; each call of NAMES took a fifth of BUDGET_MS`);
  const events = [ada, bob].map((account) => ({ op: 'claim', user, account }));
  const both = await site.deployed.invokeTogether(events);
  const answers = both.map((one, i) => site.judgeClaim(one, events[i]!, { cause: REACHABLE }));
  t.equal([...answers].sort(), ['taken', 'yours'], {
    what: 'the answers to the two',
    cause: answers.every((one) => one === 'yours')
      ? 'Between looking whose the handle is and writing it down, the other one came.'
      : 'One of them has it. Both are to be told so: there was time enough.',
    hint: 1,
  });
  const [winner, loser] = answers[0] === 'yours' ? [ada, bob] : [bob, ada];
  for (const [account, answer, cause] of [
    [winner, 'yours', OWNER],
    [loser, 'taken', STRANGER],
    [eve, 'taken', STRANGER],
  ] as const) {
    t.equal(await site.claim(user, account, { cause }), answer, {
      what: `the answer to ${account}, after ${winner} got ${user}`,
      cause,
      hint: 1,
    });
  }

  await at.heal(slow);
  const lost = await site.fails(at.names, { kind: 'lost-reply' }, 'writes', 1);
  t.did(`then ${eve} claimed ${later}; NAMES wrote it down, and the answer got lost, once`);
  const first = await site.claim(later, eve, { cause: 'An answer that got lost is no reason to fail.' });
  await at.heal(lost);
  t.that(first !== 'taken', {
    expected: 'yours, or unavailable: nobody else has ever claimed it',
    seen: first,
    cause: 'The SDK sent the claim again, and it was refused because of what it had written itself.',
    hint: 1,
  });
  for (const [account, answer, cause] of [
    [eve, 'yours', OWNER],
    [ada, 'taken', STRANGER],
  ] as const) {
    t.equal(await site.claim(later, account, { cause }), answer, {
      what: `the answer to ${account}, who claimed it after that`,
      cause,
      hint: 1,
    });
  }
});

/** After an outage somebody may leave what was down alone for a while. */
const A_WHILE = 5 * 60_000;

check('cut-off', async (t) => {
  const at = await sites(t);
  const [here, there] = [await at.site('west'), await at.site('east')];
  const [ada, bob] = accounts(t);
  const reader = t.seeded.name('u');
  const ids = idsOf(t.seeded, 4);
  let told = 0;
  for (const kind of t.seeded.shuffle(['hang', 'reset'] as const)) {
    const user = t.seeded.name('u');
    const cut = [...(await here.fails(at.names, { kind })), ...(await here.fails(at.tables.east, { kind }))];
    const how = kind === 'hang' ? 'no call of theirs is ever answered' : 'each connection breaks';
    t.did(`cut west off from NAMES and from east’s table: ${how}; ${ada} claimed ${user} there`);
    const because = { cause: 'A site that cannot reach NAMES says so, within its budget.', hint: 1 };
    t.equal(await here.claim(user, ada, because), 'unavailable', {
      what: 'the answer of west',
      cause: 'West promised, or refused, what it cannot know: nobody there can tell who claims it elsewhere.',
      hint: 1,
    });
    const counting = { cause: 'Counting needs this site’s own table, and nothing else.', hint: 2 };
    const [id, next] = [ids[told]!, ids[told + 1]!];
    for (const event of [
      { op: 'received', to: reader, id },
      { op: 'received', to: reader, id: next },
      { op: 'seen', to: reader, ids: [id] },
    ]) {
      await here.ask(event, counting);
    }
    told += 2;
    t.equal(await here.ask({ op: 'unread', to: reader }, counting), told / 2, {
      what: `what west says of ${reader}, with ${told} messages, of which ${told / 2} have been read`,
      ...counting,
    });
    t.did(`meanwhile ${bob} claimed it in the east`);
    t.equal(await there.claim(user, bob, { cause: REACHABLE }), 'yours', {
      what: 'the answer of east',
      cause: 'East can reach NAMES, in which nobody has claimed it; or west’s claim got there after all.',
      hint: 1,
    });
    await at.heal(cut);
    await t.clock.advance(A_WHILE);
    t.did(`the way was there again for some minutes, and ${ada} asked once more in the west`);
    t.equal(await here.claim(user, ada, { cause: REACHABLE }), 'taken', {
      what: 'the answer of west',
      cause: 'NAMES says whose it is, and can be asked again.',
      hint: 1,
    });
  }
  await expectOneOwner(t, at.names, { here, there, heal: at.heal }, [ada, bob]);
});

/** What is asked of NAMES gets there, and no answer comes back: nobody can tell then, and later everybody. */
async function expectOneOwner(
  t: Check,
  names: string,
  { here, there, heal }: { here: Site; there: Site; heal: (faults: readonly string[]) => Promise<void> },
  [ada, bob]: readonly [string, string],
): Promise<void> {
  const user = t.seeded.name('u');
  const lost = await here.fails(names, { kind: 'lost-reply' });
  t.did(
    `then west could reach NAMES, but no answer came back; ${ada} claimed ${user} there, ${bob} in the east after it`,
  );
  const unclear = 'Whether the claim arrived is not known. It is no promise, and no refusal.';
  t.equal(await here.claim(user, ada, { cause: unclear, hint: 1 }), 'unavailable', {
    what: 'the answer of west',
    cause: unclear,
    hint: 1,
  });
  const inTheEast = await there.claim(user, bob, { cause: REACHABLE });
  t.that(inTheEast !== 'unavailable', { expected: 'yours or taken', seen: `east said ${inTheEast}`, cause: REACHABLE });
  await heal(lost);
  await t.clock.advance(A_WHILE);
  t.did(`east said ${inTheEast}; the way was there again for some minutes, and ${ada} asked once more in the west`);
  t.equal(await here.claim(user, ada, { cause: REACHABLE }), inTheEast === 'taken' ? 'yours' : 'taken', {
    what: 'the answer of west',
    cause:
      inTheEast === 'taken'
        ? 'The claim had arrived: it is hers. Nobody has it, if she is told that it is taken.'
        : 'It was promised in the east.',
    hint: 1,
  });
}

const CUT = 'It is answered whatever becomes of the other site: LOCAL is enough for it.';

check('converges', async (t) => {
  const at = await sites(t);
  const both = { east: await at.site('east'), west: await at.site('west') };
  const known = { east: new Knowledge(), west: new Knowledge() };
  const [ada, bob] = [t.seeded.name('u'), t.seeded.name('u')];
  const [old, east, west, twice, hers, atOnce, late] = t.seeded.shuffle(idsOf(t.seeded, 7)) as Ids;
  const one: SiteName = t.seeded.pick(['east', 'west']);
  const other = otherThan(one);

  const tell = async (name: SiteName, event: Told): Promise<void> => {
    await both[name].ask(event, { cause: CUT, hint: 2 });
    known[name].hear(event);
  };
  const meet = async (name: SiteName): Promise<void> => {
    await both[name].ask({ op: 'sync' }, { cause: 'Both tables can be reached.', hint: 3 });
    known.east.meet(known.west);
  };
  const expectCount = async (name: SiteName, to: string, cause: string, hint: number): Promise<void> =>
    t.equal(await both[name].ask({ op: 'unread', to }, { cause: CUT, hint: 2 }), known[name].unread(to), {
      what: `how many messages wait for ${to}, in the ${name}`,
      cause,
      hint,
    });
  const expectFailure = async (why: string): Promise<void> => {
    const { error } = await both[one].deployed.invoke({ op: 'sync' });
    t.that(error !== undefined, {
      expected: 'sync throws',
      seen: 'it ended well',
      cause: `${why} Whoever calls sync has to learn that it did not happen.`,
      hint: 3,
    });
  };

  t.did(
    `a message came for ${ada} in the ${one}, and the ${other} called sync; PEER’s first page was empty, and not the last`,
  );
  await tell(one, { op: 'received', to: ada, id: old });
  await at.endPage(both[other], at.tables[one]);
  await meet(other);
  await expectCount(other, ada, 'After sync each site knows what the other knew, on whichever page that stands.', 3);

  const cut = [
    ...(await both.east.fails(at.tables.west, { kind: 'reset' })),
    ...(await both.west.fails(at.tables.east, { kind: 'reset' })),
  ];
  t.did(
    'the way between the sites broke; messages came on both sides, one of them on both, and were read on both, ' +
      'one of them where it had not come',
  );
  for (const [name, event] of t.seeded.shuffle<[SiteName, Told]>([
    ['east', { op: 'received', to: ada, id: east }],
    ['west', { op: 'received', to: ada, id: west }],
    ['east', { op: 'received', to: ada, id: twice }],
    ['west', { op: 'received', to: ada, id: twice }],
    ['west', { op: 'received', to: bob, id: hers }],
    ['east', { op: 'seen', to: ada, ids: [old, west] }],
    ['west', { op: 'seen', to: ada, ids: t.seeded.shuffle([old, twice]) }],
  ])) {
    await tell(name, event);
  }
  const asFarAsKnown =
    'What waits is what has come and was not read, message by message. Numbers cannot be told apart.';
  await expectCount('east', ada, asFarAsKnown, 2);
  await expectCount('west', ada, asFarAsKnown, 2);
  await expectFailure('PEER could not be reached.');

  await at.heal(cut);
  const broken = await both[one].fails(at.tables[other], { kind: 'reset' }, 'writes');
  t.did(`then PEER could be read again by the ${one}, but each connection broke that wanted to write there`);
  await expectFailure('PEER took nothing, or was told nothing, and so does not know what this site knows.');
  await at.heal(broken);
  t.did(`then all was well, and the ${one} called sync`);
  await meet(one);
  const agreed =
    'Something was counted twice, or not at all: what a sync brings that was there already, or a sync that broke off.';
  await expectCount('east', ada, agreed, 3);
  await expectCount('west', ada, agreed, 3);
  await expectCount('east', bob, agreed, 3);

  await tell(other, { op: 'received', to: ada, id: late });
  // Two environments, ready before they are needed: where seconds are real, one that starts then would miss the other’s sync.
  const asked = { op: 'unread', to: ada };
  await both[one].deployed.invokeTogether([asked, asked]);
  for (const [which, ms] of [
    ['writes', 300],
    ['reads', 100],
  ] as const) {
    await both[one].fails(at.tables[one], { kind: 'latency', ms }, which);
  }
  t.did(`a message came in the ${other}; then one came in the ${one} while that called sync`);
  const received = { op: 'received', to: ada, id: atOnce } as const;
  for (const invocation of await both[one].deployed.invokeTogether([{ op: 'sync' }, received])) {
    t.succeeded(invocation, { what: 'a sync, or a message that came meanwhile', cause: CUT });
  }
  known.east.meet(known.west);
  known[one].hear(received);
  const meanwhile =
    'What sync had read was written back as a whole, and with it went what had come since. Or a second sync counts again.';
  await expectCount(one, ada, meanwhile, 3);
  t.did(`and the ${other} called sync again`);
  await meet(other);
  await expectCount(one, ada, meanwhile, 3);
  await expectCount(other, ada, meanwhile, 3);
});

type Ids = [string, string, string, string, string, string, string];
