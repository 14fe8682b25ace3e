/** The execution environments of all functions: which one serves, when a new one starts, when one is given up. */
import type { Core, Millis, Timer } from '../../contract.ts';
import { Environment, type Invocation, type Result } from './environment.ts';
import { throttled } from './errors.ts';
import type { Host } from './host.ts';
import type { LambdaFunction, Version } from './store.ts';

/** AWS names no figure; observers report minutes. */
const IDLE: Millis = 15 * 60_000;
/** AWS replaces an environment every few hours, however busy it is. */
const OLDEST: Millis = 2 * 3_600_000;
/** Each environment is a process of this machine. Idle ones are given up first; beyond that calls are throttled. */
const MOST_ENVIRONMENTS = 64;

interface Place {
  readonly environment: Environment;
  readonly version: Version;
  busy: boolean;
  reclaim?: Timer;
}

export class Pool {
  private readonly places = new Set<Place>();
  private readonly active = new WeakMap<LambdaFunction, number>();

  constructor(
    private readonly core: Core,
    private readonly host: () => Promise<Host>,
  ) {}

  /** Runs an invocation in a warm environment or a new one. Throws `TooManyRequestsException`. */
  async run(
    of: LambdaFunction,
    version: Version,
    invocation: Invocation,
  ): Promise<Result & { readonly logStream: string }> {
    const active = this.active.get(of) ?? 0;
    if (of.reservedConcurrency !== undefined && active >= of.reservedConcurrency) {
      throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    this.active.set(of, active + 1);
    try {
      const place = await this.take(of, version);
      try {
        const result = await place.environment.invoke(invocation);
        return { ...result, logStream: place.environment.logStream };
      } finally {
        place.busy = false;
        this.rest(place);
      }
    } finally {
      this.active.set(of, this.active.get(of)! - 1);
    }
  }

  /** Gives up the environments that match: idle ones at once, busy ones after their invocation. */
  async retire(matches: (of: LambdaFunction, version: Version) => boolean): Promise<void> {
    const gone = [...this.places].filter(({ environment, version }) => matches(environment.of, version));
    await Promise.all(gone.map((place) => this.drop(place)));
  }

  /** Processes of all environments, for tests and for `doctor`. */
  environments(): readonly Environment[] {
    return [...this.places].map(({ environment }) => environment);
  }

  private async take(of: LambdaFunction, version: Version): Promise<Place> {
    const now = this.core.clock.now();
    const idle = [...this.places]
      .filter((place) => place.environment.of === of && place.version === version && !place.busy)
      .sort((left, right) => left.environment.lastUsedAt - right.environment.lastUsedAt);
    for (const place of idle) {
      if (now - place.environment.createdAt >= OLDEST) {
        await this.drop(place);
        continue;
      }
      if (place.busy) continue;
      place.busy = true;
      place.reclaim?.cancel();
      return place;
    }
    const done = this.core.clock.busy('room for an execution environment');
    try {
      await this.makeRoom();
      const place: Place = { environment: new Environment(await this.host(), of, version), version, busy: true };
      this.places.add(place);
      return place;
    } finally {
      done();
    }
  }

  private async makeRoom(): Promise<void> {
    if (this.places.size < MOST_ENVIRONMENTS) return;
    const idle = [...this.places]
      .filter(({ busy }) => !busy)
      .sort((left, right) => left.environment.lastUsedAt - right.environment.lastUsedAt)[0];
    if (!idle) throw throttled('ConcurrentInvocationLimitExceeded');
    await this.drop(idle);
  }

  private rest(place: Place): void {
    if (!this.places.has(place)) {
      void place.environment.end();
      return;
    }
    place.reclaim = this.core.clock.at(this.core.clock.now() + IDLE, () => this.drop(place));
  }

  private async drop(place: Place): Promise<void> {
    place.reclaim?.cancel();
    this.places.delete(place);
    if (!place.busy) await place.environment.end();
  }
}
