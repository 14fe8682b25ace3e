/**
 * When alarms look: at edges of minutes (or of ten seconds, or of hours), each at the edges at which it may see something
 * new. Who has nothing to see sleeps, and an idle cloud has no timer at all: a year of its time costs nothing.
 */
import type { Clock, Millis, Timer } from '../../contract.ts';

export interface Beat {
  /** Takes part from the next edge on. */
  wake(): void;
  stop(): void;
}

interface Member {
  readonly every: Millis;
  /** Told the edge. Answers the edge at which it is to be called next, or nothing to sleep until it is woken. */
  readonly run: (edge: Millis) => Millis | undefined;
  /** Nothing while it sleeps. */
  next: Millis | undefined;
}

export class Pulse {
  private readonly members = new Set<Member>();
  private timer: { readonly due: Millis; readonly timer: Timer } | undefined;

  constructor(private readonly clock: Clock) {}

  join(every: Millis, run: Member['run']): Beat {
    const member: Member = { every, run, next: undefined };
    this.members.add(member);
    return {
      wake: () => {
        const next = after(this.clock.now(), every);
        if (member.next !== undefined && member.next <= next) return;
        member.next = next;
        this.arm();
      },
      stop: () => {
        this.members.delete(member);
        member.next = undefined;
      },
    };
  }

  private arm(): void {
    let due = Number.POSITIVE_INFINITY;
    for (const { next } of this.members) if (next !== undefined && next < due) due = next;
    if (due === this.timer?.due) return;
    this.timer?.timer.cancel();
    this.timer = Number.isFinite(due) ? { due, timer: this.clock.at(due, () => this.beat(due)) } : undefined;
  }

  private beat(edge: Millis): void {
    this.timer = undefined;
    for (const member of [...this.members]) {
      if (member.next === undefined || member.next > edge) continue;
      // Asleep while it runs, so that what it does may wake it anew.
      member.next = undefined;
      const next = member.run(edge);
      if (next === undefined || !this.members.has(member)) continue;
      const soonest = Math.max(next, after(Math.max(edge, this.clock.now()), member.every));
      member.next = Math.min(soonest, member.next ?? Number.POSITIVE_INFINITY);
    }
    this.arm();
  }
}

/** The first edge after a moment. */
const after = (time: Millis, every: Millis): Millis => (Math.floor(time / every) + 1) * every;
