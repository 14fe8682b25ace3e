/** The shapes that the two services speak in. Given; nothing to do here. */

/** A person, as the feed keeps them. Each change of the name is a new revision: 1, 2, 3 … */
export interface Profile {
  /** The handle: unique, and never changed. */
  readonly user: string;
  readonly name: string;
  readonly revision: number;
}

/** What a home page says about messages that wait. */
export interface Unread {
  /** null: nobody has ever known it. */
  readonly count: number | null;
  /** The count is not from just now. */
  readonly stale: boolean;
  /** When it was right, as ISO 8601; null where there is no count. */
  readonly asOf: string | null;
}

export interface Home {
  readonly user: string;
  readonly name: string;
  /** The newest first. */
  readonly posts: readonly { readonly id: string; readonly text: string }[];
  readonly unread: Unread;
}

/** Ids of posts and messages sort by time. */
export type FeedAsked =
  | { readonly op: 'register'; readonly user: string; readonly account: string; readonly name: string }
  | { readonly op: 'rename'; readonly user: string; readonly name: string }
  | { readonly op: 'post'; readonly user: string; readonly id: string; readonly text: string }
  | { readonly op: 'home'; readonly user: string };

export interface Message {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** A change of a name that chat has heard of: what the profile was then. */
export type Notice = { readonly [Field in keyof Profile]: Profile[Field] };

export interface Inbox {
  readonly user: string;
  /** The oldest first; `name` is what the sender is called now. */
  readonly messages: readonly {
    readonly id: string;
    readonly from: string;
    readonly name: string;
    readonly text: string;
  }[];
  /** Of those who have written, by user and revision. */
  readonly notices: readonly Notice[];
}

export type ChatAsked =
  | ({ readonly op: 'send' } & Message)
  | { readonly op: 'inbox'; readonly user: string }
  | { readonly op: 'read'; readonly user: string; readonly upTo: string }
  | { readonly op: 'unread'; readonly user: string };

/** What Lambda brings from a queue. */
export interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** The messages that are to come again. */
export interface QueueAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** An event that is none, or lacks what it cannot do without. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}
