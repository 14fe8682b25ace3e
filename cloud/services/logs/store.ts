/** Log groups, streams and events: a pure state machine. */
import { randomBytes } from 'node:crypto';
import { AwsError, type Millis } from '../../contract.ts';
import { EventList, startOf } from './event-list.ts';

export interface Stream {
  readonly name: string;
  readonly createdAt: Millis;
  readonly events: EventList;
  lastIngestion: Millis | undefined;
}

export interface Group {
  readonly accountId: string;
  readonly name: string;
  readonly createdAt: Millis;
  retentionDays: number | undefined;
  tags: Readonly<Record<string, string>>;
  readonly streams: Map<string, Stream>;
}

/** Events that one stream keeps: a function that prints for ever is not to fill the memory. */
const MOST_EVENTS = 50_000;
const DAY: Millis = 24 * 3_600_000;

export const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`, 400);

export class LogStore {
  private readonly groups = new Map<string, Group>();
  private count = 0;

  constructor(private readonly now: () => Millis) {}

  /** Nothing that has expired is in it. Throws `ResourceNotFoundException`. */
  group(accountId: string, name: string | undefined): Group {
    const group = this.groups.get(`${accountId} ${name}`);
    if (!group) throw notFound('group');
    const expiry = startOf(this.expiry(group));
    for (const { events } of group.streams.values()) events.dropBefore(expiry);
    return group;
  }

  /** Events from before this moment have expired. */
  expiry({ retentionDays }: Group): Millis {
    return retentionDays === undefined ? Number.NEGATIVE_INFINITY : this.now() - retentionDays * DAY;
  }

  stream(accountId: string, group: string | undefined, name: string | undefined): Stream {
    const stream = this.group(accountId, group).streams.get(name ?? '');
    if (!stream) throw notFound('stream');
    return stream;
  }

  list(accountId: string): Group[] {
    return [...this.groups.values()].filter((group) => group.accountId === accountId);
  }

  /** Throws `ResourceAlreadyExistsException`. */
  createGroup(accountId: string, name: string, now: Millis): Group {
    const key = `${accountId} ${name}`;
    if (this.groups.has(key)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists', 400);
    }
    const group: Group = { accountId, name, createdAt: now, retentionDays: undefined, tags: {}, streams: new Map() };
    this.groups.set(key, group);
    return group;
  }

  createStream(group: Group, name: string, now: Millis): Stream {
    if (group.streams.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists', 400);
    }
    const stream: Stream = { name, createdAt: now, events: new EventList(), lastIngestion: undefined };
    group.streams.set(name, stream);
    return stream;
  }

  /** Makes group and stream where they are missing, as Lambda does for its functions. */
  ensure(accountId: string, groupName: string, streamName: string, now: Millis): Stream {
    const group = this.groups.get(`${accountId} ${groupName}`) ?? this.createGroup(accountId, groupName, now);
    return group.streams.get(streamName) ?? this.createStream(group, streamName, now);
  }

  append(stream: Stream, events: readonly { time: Millis; message: string }[], now: Millis): void {
    if (events.length === 0) return;
    stream.events.add(
      events.map(({ time, message }) => {
        const sequence = ++this.count;
        const id = `${String(sequence).padStart(20, '0')}${randomBytes(4).toString('hex')}`;
        return { time, sequence, ingested: now, message, id };
      }),
    );
    stream.events.keep(MOST_EVENTS);
    stream.lastIngestion = now;
  }

  deleteGroup(group: Group): void {
    this.groups.delete(`${group.accountId} ${group.name}`);
  }

  reset(accountId?: string): void {
    for (const [key, group] of this.groups) {
      if (accountId === undefined || group.accountId === accountId) this.groups.delete(key);
    }
  }
}
