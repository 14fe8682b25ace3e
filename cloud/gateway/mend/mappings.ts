/**
 * LocalStack never takes an event source mapping out of the list that was switched off when it was deleted: it stays there as
 * ‘Deleting’, and whoever waits for its end would wait for ever. GetEventSourceMapping does not know it any more, but then it knows
 * none that is on its way out; time tells them apart.
 */
import type { Passage } from '../forward.ts';
import { parsed } from '../functions.ts';

interface Mapping {
  readonly UUID?: string;
  readonly State?: string;
}

/** Milliseconds after which one that is being deleted would have gone: a poller ends its batch first, whose window is a minute at most. */
const PATIENCE = 90_000;

export class MappingsGone {
  /** When each was first seen like this. */
  private readonly since = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The list without those that have been going for so long that they are not there. */
  async without(body: Buffer, passage: Passage): Promise<Buffer> {
    const told = parsed<{ EventSourceMappings?: readonly Mapping[] }>(body);
    const listed = told?.EventSourceMappings ?? [];
    const gone = await Promise.all(listed.map((mapping) => this.isGone(mapping, passage)));
    if (!gone.some(Boolean)) return body;
    return Buffer.from(JSON.stringify({ ...told, EventSourceMappings: listed.filter((_, at) => !gone[at]) }));
  }

  private async isGone({ UUID = '', State }: Mapping, passage: Passage): Promise<boolean> {
    if (State !== 'Deleting' || (await passage.ask(`/2015-03-31/event-source-mappings/${UUID}`))) return false;
    const since = this.since.get(UUID) ?? this.now();
    this.since.set(UUID, since);
    return this.now() - since >= PATIENCE;
  }
}
