/**
 * What happens at each edge of a minute (or of ten seconds, or of an hour): first services publish, then alarms are
 * evaluated. Who has nothing to do sleeps, and an idle cloud has no timer at all: a year of its time costs nothing.
 */
import type { Clock, Millis, Timer } from '../../contract.ts';

export interface Beat {
  /** Takes part from the next edge on; at an edge where publishing wakes an alarm, from this one. */
  wake(): void;
  stop(): void;
}

interface Member {
  readonly every: Millis;
  /** Told the edge. Answers whether it is to be called at the next one. */
  readonly run: (edge: Millis) => boolean;
  /** Nothing while it sleeps. */
  next: Millis | undefined;
}

export class Pulse {
  private readonly publishers = new Set<Member>();
  private readonly evaluators = new Set<Member>();
  private timer: { readonly due: Millis; readonly timer: Timer } | undefined;
  /** The edge whose publishers are at work. */
  private publishing: Millis | undefined;

  constructor(private readonly clock: Clock) {}

  publisher(every: Millis, run: Member['run']): Beat {
    return this.join(this.publishers, { every, run, next: undefined });
  }

  evaluator(every: Millis, run: Member['run']): Beat {
    return this.join(this.evaluators, { every, run, next: undefined });
  }

  private join(members: Set<Member>, member: Member): Beat {
    members.add(member);
    return {
      wake: () => {
        if (member.next !== undefined) return;
        const { publishing } = this;
        if (publishing !== undefined && publishing % member.every === 0) member.next = publishing;
        else member.next = after(this.clock.now(), member.every);
        this.arm();
      },
      stop: () => {
        members.delete(member);
        member.next = undefined;
      },
    };
  }

  private arm(): void {
    if (this.publishing !== undefined) return;
    let due = Number.POSITIVE_INFINITY;
    for (const members of [this.publishers, this.evaluators]) {
      for (const { next } of members) if (next !== undefined && next < due) due = next;
    }
    if (due === this.timer?.due) return;
    this.timer?.timer.cancel();
    this.timer = Number.isFinite(due) ? { due, timer: this.clock.at(due, () => this.beat(due)) } : undefined;
  }

  private beat(edge: Millis): void {
    this.timer = undefined;
    this.publishing = edge;
    this.run(this.publishers, edge);
    this.publishing = undefined;
    this.run(this.evaluators, edge);
    this.arm();
  }

  private run(members: ReadonlySet<Member>, edge: Millis): void {
    for (const member of [...members]) {
      if (member.next === undefined || member.next > edge) continue;
      // Asleep while it runs, so that what it does may wake it anew.
      member.next = undefined;
      if (member.run(edge) && members.has(member))
        member.next ??= after(Math.max(edge, this.clock.now()), member.every);
    }
  }
}

/** The first edge after a moment. */
const after = (time: Millis, every: Millis): Millis => (Math.floor(time / every) + 1) * every;
