/** What people do in the social network, and what the two services have to answer: the model that answers are held against. */
import type { Seeded } from '../../../../workbook/kit/contract.ts';

interface Message {
  readonly id: string;
  readonly from: string;
  readonly text: string;
}

/** Names as people have them. */
const NAMES = [
  'Ada',
  'Ada "the countess" Lovelace',
  '  Bo  ',
  'José',
  'Ünal',
  '花子',
  '👩‍🚀',
  "O'Neill",
  '{"name":1}',
  'null',
];

/** Posts on a home page. */
export const MOST_POSTS = 20;

export class Model {
  private readonly posts = new Map<string, Map<string, string>>();
  private readonly messages = new Map<string, Map<string, Message>>();
  private readonly readUpTo = new Map<string, string>();
  /** What chat has heard, by revision. */
  private readonly heard = new Map<string, { user: string; name: string; revision: number }[]>();

  post(user: string, id: string, text: string): void {
    const posts = this.posts.get(user) ?? new Map<string, string>();
    if (!posts.has(id)) this.posts.set(user, posts.set(id, text));
  }

  send(to: string, message: Message): void {
    const messages = this.messages.get(to) ?? new Map<string, Message>();
    if (!messages.has(message.id)) this.messages.set(to, messages.set(message.id, message));
  }

  read(user: string, upTo: string): void {
    if (upTo > (this.readUpTo.get(user) ?? '')) this.readUpTo.set(user, upTo);
  }

  hear(user: string, name: string, revision: number): void {
    this.heard.set(user, [...(this.heard.get(user) ?? []), { user, name, revision }]);
  }

  postsOf(user: string): { id: string; text: string }[] {
    return sorted(this.posts.get(user)?.entries() ?? [])
      .map(([id, text]) => ({ id, text }))
      .reverse()
      .slice(0, MOST_POSTS);
  }

  unreadOf(user: string): number {
    const upTo = this.readUpTo.get(user) ?? '';
    return [...(this.messages.get(user)?.keys() ?? [])].filter((id) => id > upTo).length;
  }

  inboxOf(user: string) {
    const messages = sorted(this.messages.get(user)?.entries() ?? []).map(([, message]) => message);
    const senders = [...new Set(messages.map(({ from }) => from))].sort();
    return {
      user,
      messages: messages.map(({ id, from, text }) => ({
        id,
        from,
        name: this.heard.get(from)?.at(-1)?.name ?? from,
        text,
      })),
      // What was told before there were revisions is no news.
      notices: senders.flatMap((sender) => (this.heard.get(sender) ?? []).filter(({ revision }) => revision > 0)),
    };
  }
}

const sorted = <T>(entries: Iterable<[string, T]>): [string, T][] =>
  [...entries].sort(([one], [other]) => (one < other ? -1 : 1));

export interface Person {
  readonly user: string;
  readonly account: string;
  readonly name: string;
}

export function people(seeded: Seeded, n: number): Person[] {
  const names = seeded.shuffle(NAMES);
  return Array.from({ length: n }, (_, i) => ({
    user: seeded.name('u'),
    account: `${seeded.name('a')}@example.com`,
    name: names[i % names.length]!,
  }));
}

/** So many ids that sort by time, the earliest first. */
export function idsOf(seeded: Seeded, n: number): string[] {
  const first = seeded.integer(1, 900);
  return Array.from({ length: n }, (_, i) => `t${String(first + i * 7).padStart(6, '0')}-${seeded.name('m')}`);
}
