/** Step 2.1: people use the feed and chat, and the trace tells which service touched what. */
import { type Check, check } from '#kit';
import type { Deployed } from '../../../workbook/kit/contract.ts';
import { changed, records } from './support/events.ts';
import { ask, callsOf, deployChat, deployFeed, principalOf, type Tables, tables } from './support/network.ts';
import { idsOf, MOST_POSTS, Model, people } from './support/story.ts';

const REACHES_OVER =
  'A row of the other service is read or written as if it were the own one. Its owner may change it any day, and is never asked.';

check('own-data', async (t) => {
  const at = await tables(t);
  const chat = await deployChat(t, at);
  const feed = await deployFeed(t, at, chat.name);
  const model = new Model();
  const [ada, bob] = people(t.seeded, 2);
  const ghost = t.seeded.name('nobody');

  t.did('two people registered; chat was told of one of them by an event, then they posted and wrote to each other');
  for (const { user, account, name } of [ada!, bob!]) {
    t.equal(
      await ask(t, feed, { op: 'register', user, account, name }, REACHES_OVER),
      { user, name, revision: 1 },
      { what: `the answer to register ${user}` },
    );
  }
  t.equal(
    await ask(
      t,
      chat,
      { Records: records(t, [changed({ user: ada!.user, name: ada!.name, revision: 1 })]) },
      REACHES_OVER,
    ),
    { batchItemFailures: [] },
    { what: 'the answer to an event about a profile' },
  );
  model.hear(ada!.user, ada!.name, 1);

  const ids = idsOf(t.seeded, 7);
  const posts = idsOf(t.seeded, MOST_POSTS + t.seeded.integer(1, 3));
  for (const id of t.seeded.shuffle(posts)) {
    const text = t.seeded.name('post');
    await ask(t, feed, { op: 'post', user: bob!.user, id, text }, REACHES_OVER);
    model.post(bob!.user, id, text);
  }
  for (const id of t.seeded.shuffle(ids)) {
    const [from, text] = [t.seeded.pick([ada!.user, ghost]), t.seeded.name('text')];
    await ask(t, chat, { op: 'send', id, from, to: bob!.user, text }, REACHES_OVER);
    model.send(bob!.user, { id, from, text });
  }
  const upTo = ids[t.seeded.integer(1, 3)]!;
  model.read(bob!.user, upTo);
  t.equal(
    await ask(t, chat, { op: 'read', user: bob!.user, upTo }, REACHES_OVER),
    { user: bob!.user, unread: model.unreadOf(bob!.user) },
    {
      what: `the answer to read up to ${upTo}, of ${ids.length} messages`,
      cause: 'Later ids are unread, and no others.',
    },
  );
  const inbox = await ask(t, chat, { op: 'inbox', user: bob!.user }, REACHES_OVER);
  t.equal(inbox, model.inboxOf(bob!.user), {
    what: `the inbox of ${bob!.user}, with messages of ${ada!.user}, of whom chat has heard, and of ${ghost}, of whom it has not`,
    cause:
      'Who a sender is comes from chat’s own copy, and where that has nothing the handle will do. Messages are ordered by their ids.',
    hint: 2,
  });
  const { unread, ...page } = (await ask(t, feed, { op: 'home', user: bob!.user }, REACHES_OVER)) as {
    readonly unread?: { readonly count?: unknown; readonly stale?: unknown };
  };
  t.equal(
    { ...page, unread: { count: unread?.count, stale: unread?.stale } },
    {
      user: bob!.user,
      name: bob!.name,
      posts: model.postsOf(bob!.user),
      unread: { count: model.unreadOf(bob!.user), stale: false },
    },
    {
      what: `the home page of ${bob!.user}, who has posted ${posts.length} times`,
      cause:
        'How many messages wait is what chat says, when it is asked. A page has the twenty newest posts, the newest first.',
      hint: 1,
    },
  );
  const { error } = await feed.invoke({ op: 'home', user: ghost });
  t.that(error !== undefined, {
    expected: `no home page of ${ghost}, who is not registered: it fails`,
    seen: 'it ended well',
    cause: 'A page was made up of somebody of whom the feed knows nothing.',
  });
  await expectOwnTables(t, at, { feed, chat });
});

/** No call on a table of the other service, whether it was refused or not. */
async function expectOwnTables(
  t: Check,
  at: Tables,
  { feed, chat }: Record<'feed' | 'chat', Parameters<typeof callsOf>[1]>,
): Promise<void> {
  for (const [name, service, foreign] of [
    ['feed.ts', feed, [at.CHAT_TABLE]],
    ['chat.ts', chat, [at.FEED_TABLE, at.NAMES]],
  ] as const) {
    const calls = await callsOf(t, service, { service: 'dynamodb' });
    const strayed = calls.filter(({ resource = '' }) => foreign.some((one) => one === resource.split('/').at(-1)));
    t.equal([...new Set(strayed.map(({ operation, resource }) => `${operation} on ${resource}`))], [], {
      what: `the calls of ${name} on tables that are not its own`,
      cause: REACHES_OVER,
      hint: 1,
    });
  }
}

check('feed-alone', async (t) => {
  const at = await tables(t);
  const feed = await deployFeed(t, at, t.seeded.name('no-such-chat'));
  const [ada, eve] = people(t.seeded, 2);
  const { user, account, name } = ada!;
  const [id] = idsOf(t.seeded, 1);
  const [text, later] = [t.seeded.name('post'), t.seeded.name('Name')];
  t.did('registered, posted and renamed somebody, while there was no chat at all; each of them twice');
  const cause = 'Something here needs chat, or what is not chat’s was left undone when the same came again.';
  for (const [event, answer] of [
    [
      { op: 'register', user, account, name },
      { user, name, revision: 1 },
    ],
    [{ op: 'post', user, id, text }, { id }],
    [{ op: 'post', user, id, text: t.seeded.name('other') }, { id }],
    [
      { op: 'rename', user, name: later },
      { user, name: later, revision: 2 },
    ],
    [
      { op: 'register', user, account, name },
      { user, name: later, revision: 2 },
    ],
    [{ op: 'register', user, account: eve!.account, name: eve!.name }, { taken: true }],
  ] as const) {
    t.equal(await ask(t, feed, event, cause), answer, { what: `the answer to ${event.op}`, cause });
  }
  t.equal((await callsOf(t, feed, { service: 'lambda' })).length, 0, {
    what: 'how often chat was called for this',
    cause: 'Only a home page has use for chat. Whatever else calls it is down whenever chat is.',
    hint: 1,
  });
  t.equal(
    await ask(t, feed, { op: 'home', user }, 'A page without a count is a page; a page that fails is none.'),
    { user, name: later, posts: [{ id, text }], unread: { count: null, stale: true, asOf: null } },
    { what: `the home page of ${user}`, cause },
  );
});

check('chat-alone', async (t) => {
  const at = await tables(t);
  const chat = await deployChat(t, { ...at, FEED_TABLE: t.seeded.name('gone'), NAMES: t.seeded.name('gone') });
  const model = new Model();
  const [ada, bob] = people(t.seeded, 2);
  const ids = idsOf(t.seeded, 6);
  const [from, to] = [ada!.user, bob!.user];
  t.did('sent messages, each of them twice, and marked them as read, the later ones first; there was no feed at all');
  for (const id of t.seeded.shuffle([...ids, ...ids])) {
    const text = t.seeded.name('text');
    await ask(t, chat, { op: 'send', id, from, to, text }, REACHES_OVER);
    model.send(to, { id, from, text });
  }
  const unread = async (cause: string): Promise<void> =>
    t.equal(
      await ask(t, chat, { op: 'unread', user: to }),
      { user: to, unread: model.unreadOf(to) },
      { what: `what chat says of ${to}, with ${ids.length} messages`, cause },
    );
  await unread('A message that is sent again is the same message: it is kept once, and counted once.');
  for (const upTo of [ids[3]!, ids[1]!, ids[3]!]) {
    await ask(t, chat, { op: 'read', user: to, upTo });
    model.read(to, upTo);
    await unread('What has been read stays read, whatever comes late, and however often.');
  }

  const broken = [{ body: '{"version":2,"type":"profile-changed"}', messageId: t.seeded.name('broken') }];
  const events = records(t, [
    changed({ user: from, name: ada!.name, revision: 1 }),
    JSON.stringify({ version: 2, type: 'user-left', user: from }),
    changed({ user: from, name: '', revision: 2 }),
  ]);
  t.did(
    'then events about a sender, whose name is empty in the end; among them one about something else, and one that lacks everything',
  );
  t.equal(
    await ask(t, chat, { Records: [events[0], ...broken, ...events.slice(1)] }),
    { batchItemFailures: [{ itemIdentifier: broken[0]!.messageId }] },
    {
      what: 'the answer to the four',
      cause:
        'The one that fails is named, so that it alone comes again; the others are learnt, or are none of chat’s business and done at once.',
      hint: 2,
    },
  );
  model.hear(from, ada!.name, 1);
  model.hear(from, '', 2);
  t.equal(await ask(t, chat, { op: 'inbox', user: to }), model.inboxOf(to), {
    what: `the inbox of ${to}`,
    cause:
      'A message of one id is the one that came first. A sender has the name that chat heard last, and an empty name is a name.',
    hint: 2,
  });
  await expectNamed(t, chat, changed({ user: from, name: ada!.name, revision: 3 }));
  t.equal(
    await ask(t, chat, { op: 'unread', user: ada!.user }),
    { user: ada!.user, unread: 0 },
    { what: 'what chat says of somebody without messages' },
  );
  await expectAllPages(t, chat, from);
});

/** An event that cannot be written down is named, and taken when it comes again. */
async function expectNamed(t: Check, chat: Deployed, event: string): Promise<void> {
  const [record] = records(t, [event]);
  const refused = await t.faults.add({
    service: 'dynamodb',
    operation: 'UpdateItem',
    principal: principalOf(t, chat),
    nth: 1,
    effect: { kind: 'error', code: 'ValidationException', status: 400 },
  });
  t.did('then an event whose write was refused; and it came again');
  t.equal(
    await ask(t, chat, { Records: [record] }),
    { batchItemFailures: [{ itemIdentifier: record!.messageId }] },
    {
      what: 'the answer to the event, which learn() could not write down',
      cause: 'The answer was given before it was known what had become of the event.',
      hint: 2,
    },
  );
  await t.faults.remove(refused);
  t.equal(
    await ask(t, chat, { Records: [record] }),
    { batchItemFailures: [] },
    { what: 'the answer when it came again' },
  );
}

/** Characters of a message. DynamoDB ends a page at 1 MB, so that three of them are two pages. */
const LONG = 380_000;

async function expectAllPages(t: Check, chat: Deployed, from: string): Promise<void> {
  const to = t.seeded.name('u');
  const ids = idsOf(t.seeded, 4);
  t.did(`sent ${ids.length} long messages to somebody: more than one page of a Query`);
  for (const id of ids) await ask(t, chat, { op: 'send', id, from, to, text: id.padEnd(LONG, '.') });
  const { messages } = (await ask(t, chat, { op: 'inbox', user: to })) as { messages?: { id?: unknown }[] };
  t.equal(
    { inbox: messages?.map(({ id }) => id), unread: await ask(t, chat, { op: 'unread', user: to }) },
    { inbox: ids, unread: { user: to, unread: ids.length } },
    {
      what: 'the ids in the inbox, and what chat says is unread',
      cause: 'The first page was taken for all: a Query answers 1 MB at most, and says where to go on.',
    },
  );
}
