/** Step 2.7: roles with the learner's policies try what is theirs, what is their neighbour's, and what nobody should. */
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { type Check, check } from '#kit';
import { elsewhere, onFunction, onQueue, onTable } from './support/attempts.ts';
import { ask, callsOf, deployChat, deployFeed, tables } from './support/network.ts';
import { type Hired, hire, isLetIn, type Names, policiesOf, type ServiceName, services } from './support/policies.ts';
import { idsOf, people } from './support/story.ts';

/** What each service does, as the form says it. */
const ITEMS = ['GetItem', 'PutItem', 'UpdateItem', 'Query'];
const DOES: Readonly<Record<ServiceName, Readonly<Record<string, readonly string[]>>>> = {
  feed: { FEED_TABLE: ITEMS, NAMES: ['GetItem', 'PutItem'], CHAT: ['InvokeFunction'] },
  publish: { EVENTS: ['SendMessage'] },
  chat: { CHAT_TABLE: ITEMS, EVENTS: ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'] },
};

/** Everything by name and nothing made yet: who may do something is asked before whether it is there. */
async function office(t: Check) {
  const names: Names = {
    FEED_TABLE: t.seeded.name('feed'),
    NAMES: t.seeded.name('names'),
    CHAT_TABLE: t.seeded.name('chat'),
    // Functions are looked up first. Nobody invokes it.
    CHAT: (await t.deploy('chat-double.ts')).name,
    EVENTS: t.seeded.name('events'),
  };
  const { QueueUrl } = await t.aws.sqs.send(new CreateQueueCommand({ QueueName: names.EVENTS }));
  const documents = await policiesOf(t, names);
  const hired = {} as Record<ServiceName, Hired>;
  for (const service of services) hired[service] = await hire(t, service, documents[service]);
  /** The calls on a place, or on what has a name like it. */
  const calls = (service: ServiceName, place: keyof Names, suffix = '') => {
    const { keys } = hired[service];
    if (place === 'CHAT') return onFunction(t, keys, names.CHAT);
    if (place === 'EVENTS') return onQueue(t, keys, `${QueueUrl}${suffix}`);
    return onTable(t, keys, `${names[place]}${suffix}`);
  };
  return { names, documents, hired, calls };
}

/** Everything that these attempts get away with, one after the other. */
async function letIn(attempts: readonly (readonly [string, () => Promise<unknown>])[]): Promise<string[]> {
  const done: string[] = [];
  for (const [what, call] of attempts) if (await isLetIn(call())) done.push(what);
  return done;
}

check('does-its-work', async (t) => {
  const at = await tables(t);
  const { QueueUrl } = await t.aws.sqs.send(new CreateQueueCommand({ QueueName: t.seeded.name('events') }));
  const EVENTS = QueueUrl!.split('/').at(-1)!;
  // A function has its name when it is made: what chat itself may do does not depend on it.
  const nameless = await policiesOf(t, { ...at, CHAT: 'chat', EVENTS });
  const chat = await deployChat(t, at, nameless.chat.Statement);
  const documents = await policiesOf(t, { ...at, CHAT: chat.name, EVENTS });
  const feed = await deployFeed(t, at, chat.name, {}, documents.feed.Statement);
  const [ada, bob] = people(t.seeded, 2);
  const [first, second] = idsOf(t.seeded, 2);
  const cause = 'A right is missing that the service cannot do without.';
  const event = { version: 1, type: 'profile-changed', user: ada!.user, name: ada!.name, at: '2026-02-03T04:05:06Z' };
  t.did('deployed feed and chat with these policies, and let them do all that they do');
  for (const asked of [
    { op: 'register', ...ada! },
    { op: 'register', ...ada! },
    { op: 'rename', user: ada!.user, name: bob!.name },
    { op: 'rename', user: ada!.user, name: bob!.name },
    { op: 'post', user: ada!.user, id: first, text: 'x' },
  ]) {
    await ask(t, feed, asked, cause);
  }
  for (const asked of [
    { Records: [{ messageId: '1', body: JSON.stringify(event) }] },
    { op: 'send', id: first, from: ada!.user, to: ada!.user, text: 'x' },
    { op: 'send', id: second, from: ada!.user, to: ada!.user, text: 'x' },
    { op: 'read', user: ada!.user, upTo: first },
    { op: 'inbox', user: ada!.user },
  ]) {
    await ask(t, chat, asked, cause);
  }
  const { unread } = (await ask(t, feed, { op: 'home', user: ada!.user }, cause)) as { unread?: object };
  t.equal(
    { ...unread, asOf: null },
    { count: 1, stale: false, asOf: null },
    {
      what: 'what the home page says of messages',
      cause: 'The feed may not ask chat, and makes do without an answer.',
    },
  );
  for (const [name, service] of [
    ['feed', feed],
    ['chat', chat],
  ] as const) {
    const refused = (await callsOf(t, service)).filter(({ error }) => error?.startsWith('AccessDenied'));
    t.equal(
      refused.map(({ operation, resource }) => `${operation} on ${resource}`),
      [],
      { what: `the calls of ${name} that were refused`, cause },
    );
  }

  t.did('then tried what publish does, and what Lambda does in the name of chat');
  for (const service of ['publish', 'chat'] as const) {
    const { keys } = await hire(t, service, documents[service]);
    const own = onQueue(t, keys, QueueUrl!);
    const wanted = DOES[service].EVENTS!;
    t.equal(await letIn(wanted.map((action) => [action, own[action]!])), wanted, {
      what: `what ${service} is let do with EVENTS`,
      cause,
    });
  }
});

check('neighbours', async (t) => {
  const { names, hired, calls } = await office(t);
  const stranger = (await t.deploy('chat-double.ts')).name;
  const suffix = t.seeded.pick(['2', '-old', '-archive', 'x']);
  t.did(
    `tried with each role what belongs to the others, and what is called like its own: ${names.FEED_TABLE}${suffix}`,
  );
  for (const service of services) {
    const attempts = (['FEED_TABLE', 'NAMES', 'CHAT_TABLE', 'EVENTS'] as const).flatMap((place) => [
      ...(DOES[service][place]
        ? []
        : Object.entries(calls(service, place)).map(([action, call]) => [`${action} on ${place}`, call] as const)),
      ...Object.entries(calls(service, place, suffix)).map(
        ([action, call]) => [`${action} on ${names[place]}${suffix}`, call] as const,
      ),
    ]);
    const functions = [
      ...(DOES[service].CHAT
        ? []
        : Object.entries(calls(service, 'CHAT')).map(([action, call]) => [`${action} on CHAT`, call] as const)),
      ...Object.entries(onFunction(t, hired[service].keys, stranger)).map(
        ([action, call]) => [`${action} on another function`, call] as const,
      ),
    ];
    t.equal(await letIn([...attempts, ...functions]), [], {
      what: `what ${service} is let do to others`,
      cause:
        'A statement reaches further than what the service has: by a star, by the beginning of a name, or because it was copied from another service.',
      hint: 2,
    });
  }
});

check('no-more', async (t) => {
  const { documents, hired, calls } = await office(t);
  t.did('tried with each role on its own tables, function and queue what it never does');
  for (const service of services) {
    const attempts = Object.entries(DOES[service]).flatMap(([place, does]) =>
      Object.entries(calls(service, place as keyof Names))
        .filter(([action]) => !does.includes(action))
        .map(([action, call]) => [`${action} on ${place}`, call] as const),
    );
    const further = Object.entries(elsewhere(t, hired[service]));
    t.equal(await letIn([...attempts, ...further]), [], {
      what: `what ${service} is let do beside its work`,
      cause: 'An action is allowed that the service never calls. Whoever gets hold of its keys will.',
      hint: 1,
    });
    const wide = documents[service].Statement.filter(
      ({ Effect, ...statement }) =>
        Effect === 'Allow' &&
        ('NotAction' in statement || 'NotResource' in statement || JSON.stringify(statement).includes('*')),
    );
    t.equal(wide, [], {
      what: `the statements of ${service} that allow what they do not name`,
      cause: 'A star is a promise about things that nobody has thought of yet.',
      hint: 1,
    });
  }
});
