/**
 * A whole tree of processes as one participant of the clock: its main Node program, if it is one, Node programs that it has
 * started, and the `sleep`s of its shell scripts. What is in the tree and on no clock holds nobody up, once it is at rest.
 */
import type { Socket } from 'node:net';
import type { Clock, Millis } from '../contract.ts';
import { type ClockLink, linkClock } from './clock-link.ts';
import type { ProcFiles } from './proc-files.ts';
import type { ProcessEntry } from './process-tree.ts';
import { pause, type Rest, watchRest } from './rest.ts';
import { spanOf } from './spans.ts';
import { watchStuck } from './stuck.ts';
import type { Asked, DeskClient } from './tool-desk.ts';

/** CPU seconds that a tree may compute before the clock goes on without it; it is waited for again once it has rested. */
const PATIENCE = 3;
/** Milliseconds after which a program that has not answered is looked at again. */
const LOOK_EVERY = 50;

export interface TreeOptions {
  readonly name: string;
  readonly clock: Clock;
  /** The link of the main program, when that is a Node program of ours. */
  readonly main?: ClockLink;
  tree(): readonly ProcessEntry[];
  /** Through which the tree is looked at. */
  readonly files: ProcFiles;
  readonly openRequests: { has(id: string): boolean };
  /** Milliseconds that the tree's clock is ahead. */
  readonly skew: number;
  /** Stands at a breakpoint, perhaps for long: that is no program that is stuck. */
  readonly debugged?: boolean;
  /** What a Node program that the tree starts has to know. */
  settings(name: string): object;
  /** An instance's power switch: answers an exit status and what is to be printed. */
  readonly onPower?: (words: readonly string[]) => string;
}

interface Sleeper {
  readonly due: Millis;
  readonly asked: Asked;
}

export class TreeClock implements ClockLink, DeskClient {
  readonly name: string;
  private readonly sleepers = new Set<Sleeper>();
  private readonly children = new Map<string, ClockLink>();
  /** Node programs that have been given a name and have not reported yet. */
  private readonly births = new Map<string, Asked>();
  private count = 0;
  private isFrozen = false;
  private gone = false;
  private impatient = false;
  private readonly listeners = new Set<() => void>();

  /** Have been asked whether they rest, and have not answered. */
  private readonly silent = new Set<ClockLink>();
  private readonly rest: Rest;
  private readonly isStuck: () => boolean;
  /** As last seen: it is waited for no longer, until it says or does something. */
  private stuck = false;

  constructor(private readonly options: TreeOptions) {
    this.name = options.name;
    this.rest = watchRest(options.tree, options.files);
    this.isStuck = options.debugged ? () => false : watchStuck(options.tree);
  }

  ask(asked: Asked): void {
    // Whatever comes in between two looks of the clock is to be seen.
    const busy = this.options.clock.busy('a shell tool');
    const now = this.options.clock.now();
    if (asked.verb === 'now') asked.answer(((now + this.options.skew) / 1000).toFixed(3));
    else if (asked.verb === 'sleep') this.sleep(asked, now);
    else if (asked.verb === 'power') {
      asked.answer(this.options.onPower?.(asked.words) ?? '1 There is no power switch here.');
    } else if (asked.verb === 'node') {
      const name = `${this.name}-${++this.count}`;
      this.births.set(name, asked);
      asked.answer(JSON.stringify(this.options.settings(name)));
    }
    setImmediate(busy);
  }

  connect(name: string, channel: Socket): void {
    this.births.delete(name);
    const link = linkClock(name, channel, this.options.openRequests, this.options.skew);
    this.children.set(name, link);
    channel.on('close', () => {
      link.ended();
      this.silent.delete(link);
      this.children.delete(name);
    });
    this.options.clock.busy('a program’s report')();
  }

  nextDue(): Millis | undefined {
    if (this.isFrozen || this.gone) return undefined;
    const all = [
      // Who is silent has not told what it waits for now.
      ...this.links().map((link) => (this.silent.has(link) ? undefined : link.nextDue())),
      ...[...this.sleepers].map(({ due }) => due),
    ].filter((due) => due !== undefined);
    return all.length === 0 ? undefined : Math.min(...all);
  }

  async settled(): Promise<boolean> {
    const { main } = this.options;
    if (this.impatient && !main) {
      if (!(await this.rest.atRest())) return true;
      this.impatient = false;
    }
    const outOfPatience = this.patience();
    let answers: Promise<boolean> | undefined;
    let asleep = false;
    for (;;) {
      if (this.isFrozen || this.gone) return true;
      this.bury();
      if (!main && outOfPatience()) return true;
      if (this.births.size > 0) {
        await pause(1);
        if (this.looksStuck()) return true;
        continue;
      }
      if (asleep !== this.sleepers.size > 0) answers = undefined;
      asleep = this.sleepers.size > 0;
      answers ??= this.answers(asleep);
      const told = await Promise.race([answers, this.nextLook()]);
      if (typeof told === 'boolean') {
        answers = undefined;
        if (main && !(told && asleep)) return told;
        // Who waits for sleeping children rests only while they sleep: one may have been killed this moment.
        if (told && (await this.rest.atRest()) && this.bury() === 0) return true;
        await pause(1);
      } else if ((asleep && (await this.blocked(answers))) || this.looksStuck()) {
        return true;
      }
    }
  }

  private async answers(asleep: boolean): Promise<boolean> {
    const links = this.links();
    for (const link of links) this.silent.add(link);
    const all = await Promise.all(
      links.map(async (link) => {
        const settled = await link.settled(asleep);
        this.silent.delete(link);
        return settled;
      }),
    );
    return all.every(Boolean);
  }

  private looksStuck(): boolean {
    this.stuck = this.isStuck();
    return this.stuck;
  }

  private nextLook(): Promise<void> {
    return this.sleepers.size > 0 || this.stuck ? pause(1) : this.somethingNew();
  }

  async moveTo(time: Millis): Promise<void> {
    if (this.isFrozen || this.gone) return;
    // Node programs first: who waits for a sleeping child is to see the time at which it woke.
    await Promise.all(this.links().map((link) => this.unlessBlocked(link.moveTo(time))));
    this.wake(time);
  }

  nudge(): void {
    for (const link of this.links()) link.nudge();
  }

  frozen(): void {
    this.isFrozen = true;
    this.options.main?.frozen();
    for (const child of this.children.values()) child.frozen();
  }

  async thawed(time: Millis): Promise<void> {
    this.isFrozen = false;
    await Promise.all(this.links().map((link) => this.unlessBlocked(link.thawed(time))));
    this.wake(time);
  }

  ended(): void {
    this.gone = true;
    this.sleepers.clear();
    this.births.clear();
    this.options.main?.ended();
    for (const child of this.children.values()) child.ended();
    this.tell();
  }

  private sleep(asked: Asked, now: Millis): void {
    const span = spanOf(asked.words);
    if (typeof span === 'object') {
      asked.answer(`1 ${span.wrong === '' ? 'missing operand' : `invalid time interval ‘${span.wrong}’`}`);
    } else if (span === 0) asked.answer('0');
    else if (Number.isFinite(span)) {
      this.sleepers.add({ due: now + span, asked });
      this.tell();
    }
  }

  /**
   * A Node program that waits for a sleeping child with `execFileSync` cannot answer: it rests with the question before it. One
   * that is only between two looks at itself rests, too, but can be woken.
   */
  private async blocked(answers: Promise<boolean>): Promise<boolean> {
    if (!(await this.rest.atRest())) return false;
    this.nudge();
    if (!this.rest.still()) return false;
    return (await Promise.race([answers, 'none' as const])) === 'none';
  }

  /** Resolves when a `sleep` begins, when all is over, and now and then. */
  private somethingNew(): Promise<void> {
    return new Promise((resolve) => {
      const once = () => {
        this.listeners.delete(once);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(once, LOOK_EVERY);
      timer.unref();
      this.listeners.add(once);
    });
  }

  /** A tree that computes on and on is on its own time, until it has rested. */
  private patience(): () => boolean {
    let looked = performance.now();
    let before: number | undefined;
    return () => {
      if (performance.now() - looked < LOOK_EVERY) return this.impatient;
      looked = performance.now();
      const computed = this.cpu();
      before ??= computed;
      if (computed - before > PATIENCE) this.impatient = true;
      return this.impatient;
    };
  }

  private wake(time: Millis): void {
    const due = [...this.sleepers].filter((sleeper) => sleeper.due <= time);
    for (const sleeper of due.sort((left, right) => left.due - right.due)) {
      this.sleepers.delete(sleeper);
      sleeper.asked.answer('0');
    }
  }

  /** Forgets who has been killed meanwhile; returns how many. */
  private bury(): number {
    const before = this.sleepers.size + this.births.size;
    for (const sleeper of this.sleepers) if (!sleeper.asked.alive()) this.sleepers.delete(sleeper);
    for (const [name, asked] of this.births) if (!asked.alive()) this.births.delete(name);
    return before - this.sleepers.size - this.births.size;
  }

  /** Waits for a Node program to have moved; one that waits for a sleeping child with `execFileSync` moves when that wakes. */
  private async unlessBlocked(moved: Promise<void>): Promise<void> {
    let done = false;
    void moved.then(() => {
      done = true;
    });
    while (!done) {
      await Promise.race([moved, this.nextLook()]);
      if (!done && ((this.sleepers.size > 0 && (await this.rest.atRest())) || this.looksStuck())) return;
    }
  }

  private links(): ClockLink[] {
    const { main } = this.options;
    return [...(main ? [main] : []), ...this.children.values()];
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private cpu(): number {
    return this.options.tree().reduce((sum, { cpu }) => sum + cpu, 0);
  }
}
