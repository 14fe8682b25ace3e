/** The events of one stream, in the order in which AWS hands them out: by their time, and those of one time as they came. */
import type { Millis } from '../../contract.ts';

/** A place among events: right before those of this time that came as this number or later. */
export interface Place {
  readonly time: Millis;
  readonly sequence: number;
}

export interface LogEvent extends Place {
  readonly ingested: Millis;
  readonly message: string;
  readonly id: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html: 26 bytes for each event. */
export const sizeOf = (message: string): number => Buffer.byteLength(message) + 26;

/** Where the events of a time begin. */
export const startOf = (time: Millis): Place => ({ time, sequence: 0 });

export const placeAfter = ({ time, sequence }: Place): Place => ({ time, sequence: sequence + 1 });

export const comparePlaces = (one: Place, other: Place): number =>
  one.time - other.time || one.sequence - other.sequence;

export class EventList {
  private readonly events: LogEvent[] = [];

  get first(): LogEvent | undefined {
    return this.events[0];
  }

  get last(): LogEvent | undefined {
    return this.events.at(-1);
  }

  /** Takes events in any order. Most are later than what is there, and nothing else has to move for them. */
  add(added: readonly LogEvent[]): void {
    const sorted = added.toSorted(comparePlaces);
    const [earliest] = sorted;
    if (!earliest) return;
    const later = this.events.splice(this.indexOf(earliest));
    for (const event of later.length > 0 ? [...later, ...sorted].sort(comparePlaces) : sorted) this.events.push(event);
  }

  /** Keeps the last ones alone. */
  keep(most: number): void {
    if (this.events.length > most) this.events.splice(0, this.events.length - most);
  }

  dropBefore(place: Place): void {
    const count = this.indexOf(place);
    if (count > 0) this.events.splice(0, count);
  }

  /** The events from one place up to another. */
  between(from: Place, to: Place): LogEvent[] {
    return this.events.slice(this.indexOf(from), this.indexOf(to));
  }

  /** How many events stand before a place. */
  private indexOf(place: Place): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePlaces(this.events[middle]!, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
