/**
 * The order of a FIFO queue. Within a group, messages are handed out in the order in which they came, up to the first that
 * is not to be had: while it is in flight, nothing that came after it is. Of several groups, the one comes first that has
 * waited longest.
 * Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
import type { Slot } from './slot.ts';

export class Groups {
  private readonly byId = new Map<string, Set<Slot>>();

  add(slot: Slot): void {
    const id = slot.message.groupId!;
    const group = this.byId.get(id);
    if (group) group.add(slot);
    else this.byId.set(id, new Set([slot]));
  }

  delete(slot: Slot): void {
    const id = slot.message.groupId!;
    const group = this.byId.get(id);
    group?.delete(slot);
    if (group?.size === 0) this.byId.delete(id);
  }

  clear(): void {
    this.byId.clear();
  }

  /** What may be handed out, as many as possible of one group before the next. Slots may be hidden or deleted meanwhile. */
  *ready(): Generator<Slot> {
    for (const group of this.byId.values()) {
      for (const slot of group) {
        if (slot.state !== 'ready') break;
        yield slot;
      }
    }
  }

  /** Groups of which something has been handed out go to the back. */
  served(slots: Iterable<Slot>): void {
    for (const id of new Set([...slots].map(({ message }) => message.groupId!))) {
      const group = this.byId.get(id);
      if (!group) continue;
      this.byId.delete(id);
      this.byId.set(id, group);
    }
  }

  /** Groups with a message in flight. */
  get inFlight(): number {
    return [...this.byId.values()].filter((group) => [...group].some(({ state }) => state === 'inFlight')).length;
  }
}
