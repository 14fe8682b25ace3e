/** Step 2.4: what chat has to know of people, by the events that came to it. */
import type { Change } from './events.ts';

/** What there is to know of a person when events come one after the other. */
export class Copy {
  name: string;
  readonly notices: Change[] = [];
  private revision = -1;

  constructor(readonly user: string) {
    this.name = user;
  }

  hear(change: Change): void {
    const { name, revision } = change;
    if (revision < this.revision || (revision === this.revision && revision > 0)) return;
    this.name = name;
    this.revision = revision;
    if (revision > 0) this.notices.push(change);
  }
}
