/**
 * The cloud's clock. At wall speed it is the machine's, plus what `advance` has added. Held, it stands still and moves from
 * one due moment to the next, over the cloud's own timers and those of all programs together; before each step everything
 * that was set off has settled. So an hour takes milliseconds, and its result does not depend on how fast the machine is.
 */
import type { Clock, Millis, Timer } from './contract.ts';
import { DueHeap } from './core/due-heap.ts';
import type { ClockParticipants, Participant } from './sandbox/contract.ts';

export type CloudClock = Clock &
  ClockParticipants & {
    /** What keeps a held clock from moving at this moment, for people. */
    waitingFor(): readonly string[];
    close(): void;
  };

interface Task {
  run: () => void | Promise<void>;
  /** Waits at its moment until the programs have got there. */
  readonly last: boolean;
  cancelled: boolean;
}

/** Longest delay of a real timer. */
const LONGEST_DELAY = 2 ** 31 - 1;
/** Turns of the event loop without any work, after which the cloud itself counts as quiet. */
const QUIET_TURNS = 3;

/** `heldAt`: starts held, at this moment. Without it the clock runs at wall speed. */
export function createClock({ heldAt }: { heldAt?: Millis } = {}): CloudClock {
  return new VirtualClock(heldAt);
}

class VirtualClock implements CloudClock {
  held: boolean;
  private time: Millis;
  /** At wall speed: what `advance` has added to the machine's clock. */
  private offset = 0;
  private readonly tasks = new DueHeap<Task>();
  private readonly participants = new Set<Participant>();
  private readonly work = new Map<string, number>();
  private working = 0;
  /** Counts whatever happens, so that two looks can tell whether something did in between. */
  private activity = 0;
  private drivers = 0;
  private readonly targets: { readonly time: Millis; readonly reached: () => void }[] = [];
  private pumping = false;
  private onChange: () => void = () => undefined;
  private wallTimer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(heldAt: Millis | undefined) {
    this.held = heldAt !== undefined;
    this.time = heldAt ?? 0;
  }

  now(): Millis {
    return this.held ? this.time : Date.now() + this.offset;
  }

  at(time: Millis, run: Task['run']): Timer {
    return this.plan(time, run, false);
  }

  arrive(time: Millis, run: Task['run']): Timer {
    return this.plan(time, run, true);
  }

  private plan(time: Millis, run: Task['run'], last: boolean): Timer {
    const task: Task = { run, last, cancelled: false };
    this.tasks.push(time, task);
    this.changed();
    if (!this.held) this.armWall();
    return {
      cancel: () => {
        task.cancelled = true;
        // Its moment may be far off, or never come: what it would have done holds nothing until then.
        task.run = () => undefined;
      },
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now() + ms, resolve));
  }

  async spend(ms: number): Promise<void> {
    const stop = this.drive();
    await this.sleep(ms);
    stop();
  }

  drive(): () => void {
    if (!this.held) return () => undefined;
    this.drivers++;
    this.changed();
    void this.pump();
    let driving = true;
    return () => {
      if (driving) this.drivers--;
      driving = false;
      this.changed();
    };
  }

  async advance(ms: number): Promise<void> {
    if (!this.held) return await this.skip(ms);
    await new Promise<void>((reached) => {
      this.targets.push({ time: this.time + ms, reached });
      this.targets.sort((left, right) => left.time - right.time);
      this.changed();
      void this.pump();
    });
  }

  hold(at?: Millis): void {
    this.time = at ?? this.now();
    this.held = true;
    clearTimeout(this.wallTimer);
  }

  busy(what: string): () => void {
    this.work.set(what, (this.work.get(what) ?? 0) + 1);
    this.working++;
    this.activity++;
    let under = true;
    return () => {
      if (!under) return;
      under = false;
      const left = this.work.get(what)! - 1;
      if (left === 0) this.work.delete(what);
      else this.work.set(what, left);
      this.working--;
      this.changed();
    };
  }

  join(participant: Participant): { leave(): void } {
    this.participants.add(participant);
    this.changed();
    return {
      leave: () => {
        this.participants.delete(participant);
        this.changed();
      },
    };
  }

  waitingFor(): readonly string[] {
    return [...this.work.keys(), ...[...this.participants].map(({ name }) => name)];
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.wallTimer);
    this.changed();
    for (const { reached } of this.targets.splice(0)) reached();
  }

  private changed(): void {
    this.activity++;
    this.onChange();
  }

  /** Moves a held clock for as long as somebody wants it to move. */
  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    while (!this.closed && (this.drivers > 0 || this.targets.length > 0)) {
      await this.settle();
      if (this.closed) break;
      const target = this.targets[0];
      const due = this.nextDue();
      if (target && (due === undefined || due > target.time)) {
        await this.moveTo(target.time);
        await this.settle();
        this.targets.shift();
        target.reached();
      } else if (due !== undefined && (target || this.drivers > 0)) {
        await this.moveTo(due);
      } else if (this.drivers > 0) {
        // Nothing is due anywhere: only something from outside can go on.
        await this.change();
      }
    }
    this.pumping = false;
  }

  /** The next moment at which something happens, in the cloud or in a program; never one that has passed. */
  private nextDue(): Millis | undefined {
    const own = this.nextTask()?.due;
    const theirs = [...this.participants]
      .map((participant) => participant.nextDue())
      .filter((due) => due !== undefined);
    const due = Math.min(own ?? Number.POSITIVE_INFINITY, ...theirs);
    return Number.isFinite(due) ? Math.max(due, this.time) : undefined;
  }

  private nextTask(): { readonly due: Millis; readonly item: Task } | undefined {
    for (let next = this.tasks.peek(); next; next = this.tasks.peek()) {
      if (!next.item.cancelled) return next;
      this.tasks.pop();
    }
    return undefined;
  }

  private async moveTo(time: Millis): Promise<void> {
    this.time = time;
    const last: Task[] = [];
    for (let next = this.nextTask(); next && next.due <= time; next = this.nextTask()) {
      this.tasks.pop();
      if (next.item.last) last.push(next.item);
      else await this.run(next.item);
    }
    await Promise.all([...this.participants].map((participant) => participant.moveTo(time)));
    for (const task of last) if (!task.cancelled) await this.run(task);
  }

  /** Runs one task. What it returns a promise for is work until the promise settles; long tasks are started, not returned. */
  private async run(task: Task): Promise<void> {
    task.cancelled = true;
    const done = this.busy('a timer');
    try {
      await task.run();
    } finally {
      done();
    }
  }

  /** Resolves when cloud and programs are at rest: seen twice in a row, with nothing in between. */
  private async settle(): Promise<void> {
    for (let seen = 0; seen < 2 && !this.closed; ) {
      await this.quiet();
      const before = this.activity;
      const answers = await Promise.all([...this.participants].map((participant) => participant.settled()));
      const unchanged = this.activity === before && this.working === 0;
      seen = unchanged && answers.every(Boolean) ? seen + 1 : 0;
      if (this.participants.size === 0 && seen > 0) return;
    }
  }

  private async quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS && !this.closed; ) {
      if (this.working > 0) {
        turns = 0;
        await this.change();
        continue;
      }
      const before = this.activity;
      await new Promise((resolve) => setImmediate(resolve));
      turns = this.activity === before ? turns + 1 : 0;
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.onChange;
      this.onChange = () => {
        this.onChange = before;
        before();
        resolve();
      };
    });
  }

  private armWall(): void {
    clearTimeout(this.wallTimer);
    const next = this.nextTask();
    if (!next || this.closed || this.held) return;
    const delay = Math.min(Math.max(0, next.due - this.now()), LONGEST_DELAY);
    this.wallTimer = setTimeout(() => void this.runDue(), delay);
    this.wallTimer.unref();
  }

  private async runDue(): Promise<void> {
    for (let next = this.nextTask(); next && next.due <= this.now() && !this.held; next = this.nextTask()) {
      this.tasks.pop();
      await this.run(next.item);
    }
    this.armWall();
  }

  /** `advance` at wall speed: jumps from due moment to due moment. Programs live on wall time and do not come along. */
  private async skip(ms: number): Promise<void> {
    const target = this.now() + ms;
    for (let next = this.nextTask(); next && next.due <= target; next = this.nextTask()) {
      this.offset += Math.max(0, next.due - this.now());
      this.tasks.pop();
      await this.run(next.item);
      await this.quiet();
    }
    this.offset += Math.max(0, target - this.now());
    this.armWall();
  }
}
