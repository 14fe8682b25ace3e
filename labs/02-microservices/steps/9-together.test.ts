/** Step 2.9: all of the learner's files, wired as in production: an outage of chat, then crashes, doubles and a partition. */
import { DeleteFunctionConcurrencyCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { type Check, check } from '#kit';
import { callsOf, principalOf } from './support/network.ts';
import { idsOf, people } from './support/story.ts';
import { expectAll, pageOf, untilDone, type Whole, whole } from './support/whole.ts';

const SECOND = 1000;
const MINUTE = 60_000;
/** Time enough for all that is hidden or tried again to arrive. */
const A_WHILE = 6 * MINUTE;
/** Cooldowns that the outage lasts, with two pages in each. */
const COOLDOWNS = 3;
/** Of events, half of which come twice. */
const DELIVERIES = 12;

check('outage', async (t) => {
  const promised = {
    BUDGET_MS: t.seeded.integer(6, 12) * 100,
    ATTEMPTS: t.seeded.integer(2, 3),
    FAILURES: t.seeded.integer(2, 3),
    COOLDOWN_SECONDS: t.seeded.integer(40, 80),
  };
  const [ada, bob, erin, late] = people(t.seeded, 4);
  const ids = idsOf(t.seeded, 12);
  const net = await whole(t, promised, [{ ...ada!, name: t.seeded.name('Old') }, erin!]);
  const { chat } = net;
  const names = new Map<string, string>();
  t.did('deployed all; events of the old release were in the queue. Two people registered, and three wrote messages');
  for (const person of [ada!, bob!]) await register(t, net, names, person);
  for (const [from, to] of [
    [ada!, bob!],
    [erin!, bob!],
    [bob!, ada!],
  ] as const) {
    await send(t, net, { id: ids.shift()!, from: from.user, to: to.user, text: t.seeded.name('text') });
  }
  await t.clock.advance(A_WHILE);
  await expectAll(t, net, names);

  const before = (await asked(t, net)).length;
  const since = await t.clock.now();
  // No invocation is let in, neither by Invoke nor by the mapping: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
  await t.aws.lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: chat.name, ReservedConcurrentExecutions: 0 }),
  );
  t.did('then chat was switched off; people registered, changed their names, posted, and looked at their pages');
  const doings = [
    () => rename(t, net, names, ada!.user),
    () => register(t, net, names, late!),
    () => post(t, net, bob!.user, ids.shift()!),
    () => rename(t, net, names, bob!.user),
    () => post(t, net, ada!.user, ids.shift()!),
  ];
  const pages = promised.FAILURES + 2 * COOLDOWNS;
  for (let page = 0; page < pages; page++) {
    await doings[page]?.();
    await expectStale(t, net, bob!.user, names, net.model.unreadOf(bob!.user));
    await t.clock.advance(page < promised.FAILURES ? SECOND : (promised.COOLDOWN_SECONDS * SECOND) / 2);
  }
  const calls = (await asked(t, net)).length - before;
  const lasted = Math.ceil(((await t.clock.now()) - since) / SECOND);
  const most = promised.FAILURES * promised.ATTEMPTS + Math.ceil(lasted / promised.COOLDOWN_SECONDS);
  t.that(calls <= most, {
    expected: `in the ${lasted} s without chat, for ${pages} pages, at most ${most} calls of it: ${promised.FAILURES} × ${promised.ATTEMPTS}, and one in each ${promised.COOLDOWN_SECONDS} s`,
    seen: `${calls}`,
    cause: 'Who lies on the ground is asked again and again: by the pages, by each attempt, by the SDK.',
  });

  await t.aws.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: chat.name }));
  await t.clock.advance(A_WHILE);
  t.did('then chat was switched on again; and a while later the newcomer wrote a message');
  await send(t, net, { id: ids.shift()!, from: late!.user, to: bob!.user, text: t.seeded.name('text') });
  await expectAll(t, net, names);
});

check('conserved', async (t) => {
  const [ada, bob, erin] = people(t.seeded, 3);
  const ids = idsOf(t.seeded, 12);
  const promised = { BUDGET_MS: 1000, ATTEMPTS: 2, FAILURES: 5, COOLDOWN_SECONDS: 30 };
  const net = await whole(t, promised, [erin!, { ...bob!, name: t.seeded.name('Old') }]);
  const { feed, publish, chat } = net;
  const names = new Map<string, string>();
  const deaths = [
    { of: 'feed', principal: principalOf(t, feed), nth: t.seeded.integer(1, 8) },
    { of: 'chat', principal: principalOf(t, chat), nth: t.seeded.integer(1, 5) },
  ].map((death) => ({ ...death, when: t.seeded.pick(['before', 'after'] as const) }));
  t.did(
    `deployed all; half of the events came twice, and ${deaths.map(({ of, nth, when }) => `${of} died ${when} its call ${nth}`).join(', ')}. What was not acknowledged was sent again`,
  );
  const deliveries = Array.from({ length: DELIVERIES }, (_, i) => i + 1);
  for (const nth of t.seeded.shuffle(deliveries).slice(0, DELIVERIES / 2)) {
    await t.faults.add({
      service: 'sqs',
      operation: 'Deliver',
      resource: net.queue,
      nth,
      effect: { kind: 'duplicate-delivery' },
    });
  }
  for (const { principal, nth, when } of deaths) {
    await t.faults.add({ service: '*', principal, nth, effect: { kind: 'kill', when } });
  }
  for (const person of [ada!, bob!]) await register(t, net, names, person);
  for (const from of t.seeded.shuffle([ada!, bob!, erin!])) {
    const to = from === ada ? bob! : ada!;
    await send(t, net, { id: ids.shift()!, from: from.user, to: to.user, text: t.seeded.name('text') });
    await post(t, net, to.user, ids.shift()!);
  }
  await t.clock.advance(A_WHILE);

  const cut = [
    await t.faults.add({
      service: 'lambda',
      operation: 'Invoke',
      resource: chat.name,
      principal: principalOf(t, feed),
      effect: { kind: 'reset' },
    }),
    await t.faults.add({ service: 'sqs', principal: principalOf(t, publish), effect: { kind: 'reset' } }),
  ];
  t.did('then all ways between the two were cut; people changed their names, and wrote. Then the ways were open again');
  for (const { user } of t.seeded.shuffle([ada!, bob!])) await rename(t, net, names, user);
  await send(t, net, { id: ids.shift()!, from: erin!.user, to: bob!.user, text: t.seeded.name('text') });
  await expectStale(t, net, ada!.user, names, null);
  await t.clock.advance(10 * SECOND);
  for (const fault of cut) await t.faults.remove(fault);
  await t.clock.advance(A_WHILE);
  await expectAll(t, net, names);
  t.equal(await net.aside(), [net.unreadable], {
    what: 'the events that were put aside after several attempts',
    cause:
      'What nobody can read is told to the queue as failed, alone: it comes again, and in the end lies aside. All else is taken.',
  });
});

/** The calls that the feed has made of chat. */
const asked = (t: Check, { feed }: Whole) => callsOf(t, feed, { service: 'lambda', operation: 'Invoke' });

async function register(
  t: Check,
  { feed, model }: Whole,
  names: Map<string, string>,
  person: { readonly user: string; readonly account: string; readonly name: string },
): Promise<void> {
  const { user, name } = person;
  const answer = await untilDone(t, feed, { op: 'register', ...person });
  t.equal(answer, { user, name, revision: 1 }, { what: 'the answer to register' });
  model.hear(user, name, 1);
  names.set(user, name);
}

/** Each person is renamed once. */
async function rename(t: Check, { feed, model }: Whole, names: Map<string, string>, user: string): Promise<void> {
  const name = t.seeded.name('Name');
  const answer = await untilDone(t, feed, { op: 'rename', user, name });
  t.equal(answer, { user, name, revision: 2 }, { what: 'the answer to rename' });
  model.hear(user, name, 2);
  names.set(user, name);
}

async function post(t: Check, { feed, model }: Whole, user: string, id: string): Promise<void> {
  const text = t.seeded.name('post');
  await untilDone(t, feed, { op: 'post', user, id, text });
  model.post(user, id, text);
}

async function send(
  t: Check,
  { chat, model }: Whole,
  message: { readonly id: string; readonly from: string; readonly to: string; readonly text: string },
): Promise<void> {
  await untilDone(t, chat, { op: 'send', ...message });
  const { to, ...rest } = message;
  model.send(to, rest);
}

/** The page is there without chat: all that is the feed's as it is now, and the last count that was known, marked as old. */
async function expectStale(
  t: Check,
  { feed, model }: Whole,
  user: string,
  names: ReadonlyMap<string, string>,
  count: number | null,
): Promise<void> {
  const home = (await untilDone(t, feed, { op: 'home', user })) as {
    readonly unread?: { readonly count?: unknown; readonly stale?: unknown };
  } | null;
  t.equal(
    { ...home, unread: { count: home?.unread?.count, stale: home?.unread?.stale } },
    { ...pageOf(model, user, names.get(user)!), unread: { count, stale: true } },
    {
      what: `the home page of ${user}, without chat`,
      cause: 'What is the feed’s own is there and new; what is chat’s is the last that was known, and marked as old.',
      hint: 3,
    },
  );
}
