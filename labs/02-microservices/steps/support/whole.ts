/** The whole network, as it would be in production: both services with the learner's policies, and all that lies between them. */
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Check, Deployed } from '../../../../workbook/kit/contract.ts';
import { changedOnce } from './events.ts';
import { arnOf, ask, deployChat, deployFeed, type Promised, refusedOf, tables } from './network.ts';
import { policiesOf } from './policies.ts';
import { Model, type Person } from './story.ts';
import { bring, readingOf, streamOf } from './told.ts';

/** Seconds for which a message that was not taken is hidden. */
const HIDDEN = 60;
/** Attempts at an event, before it is put aside: more than an outage takes. */
const ATTEMPTS_AT_AN_EVENT = 10;

export type Whole = Awaited<ReturnType<typeof whole>>;

/** `told`: what lies in the queue before anybody of the new releases runs, in the form of the old one; and one event nobody can read. */
export async function whole(t: Check, promised: Promised, told: readonly Person[]) {
  const at = await tables(t);
  const stream = await streamOf(t, at.FEED_TABLE);
  const [EVENTS, dead] = [t.seeded.name('events'), t.seeded.name('dead')];
  const { QueueUrl: deadUrl } = await t.aws.sqs.send(new CreateQueueCommand({ QueueName: dead }));
  const { QueueUrl } = await t.aws.sqs.send(
    new CreateQueueCommand({
      QueueName: EVENTS,
      Attributes: {
        VisibilityTimeout: String(HIDDEN),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: arnOf(t, 'queue', dead),
          maxReceiveCount: ATTEMPTS_AT_AN_EVENT,
        }),
      },
    }),
  );
  const model = new Model();
  for (const person of told) {
    await t.aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: changedOnce(person) }));
    model.hear(person.user, person.name, 0);
  }
  const unreadable = JSON.stringify({ version: 2, type: 'profile-changed', user: t.seeded.name('u') });
  await t.aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: unreadable }));

  const environment = { ...at, EVENTS: QueueUrl! };
  // A function has its name when it is made: what chat itself may do does not depend on it.
  const nameless = await policiesOf(t, { ...at, CHAT: 'chat', EVENTS });
  const chat = await deployChat(t, environment, nameless.chat.Statement);
  const { feed: ofFeed, publish: ofPublish } = await policiesOf(t, { ...at, CHAT: chat.name, EVENTS });
  const feed = await deployFeed(t, environment, chat.name, promised, ofFeed.Statement);
  const publish = await t.deploy('publish.ts', { environment, policy: [...ofPublish.Statement, readingOf(stream)] });
  await bring(t, stream, publish);
  await t.aws.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: chat.name,
      EventSourceArn: arnOf(t, 'queue', EVENTS),
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  );
  return {
    ...{ feed, publish, chat, model, unreadable, queue: EVENTS },
    /** The bodies of what was put aside. */
    async aside(): Promise<string[]> {
      const { Messages = [] } = await t.aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: deadUrl, MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body }) => Body!);
    },
  };
}

/** The people's pages and inboxes are those of the model. */
export async function expectAll(t: Check, net: Whole, names: ReadonlyMap<string, string>) {
  const { feed, publish, chat, model } = net;
  const because = await mayNot(t, [feed, publish, chat]);
  for (const [user, name] of names) {
    t.equal(
      await ask(t, chat, { op: 'inbox', user }),
      { ...model.inboxOf(user) },
      {
        what: `the inbox of ${user}`,
        cause:
          because ??
          'Follow one of its names: the row, the stream, the event, the queue, the copy. Somewhere its story ends.',
      },
    );
    const home = (await ask(t, feed, { op: 'home', user })) as { readonly unread?: object } | null;
    t.equal(
      { ...home, unread: { ...home?.unread, asOf: null } },
      { ...pageOf(model, user, name), unread: { count: model.unreadOf(user), stale: false, asOf: null } },
      {
        what: `the home page of ${user}`,
        cause: because ?? 'Nobody is away: the page has what was acknowledged, once, and a count of now.',
      },
    );
  }
}

/** Why all may have gone wrong, where the learner's code makes calls that the learner's policies do not allow. */
async function mayNot(t: Check, services: readonly Deployed[]): Promise<string | undefined> {
  const refused = new Set((await Promise.all(services.map((service) => refusedOf(t, service)))).flat());
  if (refused.size === 0) return undefined;
  return `policies.json does not allow calls that your code makes: ${[...refused].join(', ')}. Make do with what step 2.7 allows.`;
}

/** A home page without what it says of messages. */
export const pageOf = (model: Model, user: string, name: string) => ({ user, name, posts: model.postsOf(user) });

/** Sends the same until it is acknowledged, as a client does. */
export async function untilDone(t: Check, service: Deployed, event: object): Promise<unknown> {
  const { error, value } = await service.invoke(event);
  if (error === undefined) return value;
  const because = await mayNot(t, [service]);
  return await ask(t, service, event, because ?? 'What was cut off in the middle can be repeated.');
}
