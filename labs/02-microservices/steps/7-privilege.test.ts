/** Step 2.7: roles with the learner's policies try what is theirs, what is their neighbour's, and what nobody should. */
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { type Check, check } from '#kit';
import { elsewhere, onFunction, onQueue, onTable } from './support/attempts.ts';
import { changedOnce, records } from './support/events.ts';
import { ask, deployChat, deployFeed, refusedOf, tables } from './support/network.ts';
import { type Hired, hire, isLetIn, type Names, policiesOf, type ServiceName, services } from './support/policies.ts';
import { idsOf, people } from './support/story.ts';

/** Places that a message names. */
const MOST_PLACES = 5;

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

interface Attempt {
  readonly action: string;
  readonly where: string;
  readonly call: () => Promise<unknown>;
}

const attemptsOn = (where: string, calls: Readonly<Record<string, Attempt['call']>>): Attempt[] =>
  Object.entries(calls).map(([action, call]) => ({ action, where, call }));

/** What these attempts get away with, one after the other: the actions, by where they were tried. */
async function letIn(attempts: readonly Attempt[]): Promise<Map<string, string[]>> {
  const done = new Map<string, string[]>();
  for (const { action, where, call } of attempts) {
    if (await isLetIn(call())) done.set(where, [...(done.get(where) ?? []), action]);
  }
  return done;
}

/** None of these attempts is let in. */
async function expectRefused(
  t: Check,
  service: ServiceName,
  attempts: readonly Attempt[],
  cause: string,
  hint: number,
) {
  const done = [...(await letIn(attempts))].map(([where, actions]) => `${where}: ${actions.join(', ')}`);
  t.that(done.length === 0, {
    expected: `each of ${attempts.length} calls with the role of ${service} is refused`,
    seen: `it was let in here:\n${done.slice(0, MOST_PLACES).join('\n')}${done.length > MOST_PLACES ? '\n…' : ''}`,
    cause,
    hint,
  });
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
    { Records: records(t, [changedOnce(ada!)]) },
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
    t.equal(await refusedOf(t, service), [], { what: `the calls of ${name} that were refused`, cause });
  }

  t.did('then tried what publish does, and what Lambda does in the name of chat');
  for (const service of ['publish', 'chat'] as const) {
    const { keys } = await hire(t, service, documents[service]);
    const own = onQueue(t, keys, QueueUrl!);
    const wanted = DOES[service].EVENTS!;
    const tried = attemptsOn('EVENTS', own).filter(({ action }) => wanted.includes(action));
    t.equal((await letIn(tried)).get('EVENTS'), wanted, {
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
    const places = ['FEED_TABLE', 'NAMES', 'CHAT_TABLE', 'EVENTS', 'CHAT'] as const;
    const foreign = places.filter((place) => !DOES[service][place]);
    const alike = places.filter((place) => place !== 'CHAT');
    const attempts = [
      ...foreign.flatMap((place) => attemptsOn(place, calls(service, place))),
      ...alike.flatMap((place) => attemptsOn(`${names[place]}${suffix}`, calls(service, place, suffix))),
      ...attemptsOn('another function', onFunction(t, hired[service].keys, stranger)),
    ];
    await expectRefused(
      t,
      service,
      attempts,
      'A statement reaches further than what the service has: by a star, by the beginning of a name, or because it was copied from another service.',
      2,
    );
  }
});

check('no-more', async (t) => {
  const { documents, hired, calls } = await office(t);
  t.did('tried with each role on its own tables, function and queue what it never does');
  for (const service of services) {
    const beside = Object.entries(DOES[service]).flatMap(([place, does]) =>
      attemptsOn(place, calls(service, place as keyof Names)).filter(({ action }) => !does.includes(action)),
    );
    await expectRefused(
      t,
      service,
      [...beside, ...attemptsOn('elsewhere', elsewhere(t, hired[service]))],
      'An action is allowed that the service never calls. Whoever gets hold of its keys will.',
      1,
    );
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
