/**
 * The clouds of a run: for each step as many as it has checks under way at a time, for checks share neither an account nor a
 * clock. Opened when needed, reset in between.
 */
import type { Engine, EngineCloud } from './engine.ts';

export class Clouds {
  private readonly open = new Map<string, Promise<EngineCloud>[]>();

  constructor(private readonly engine: Engine) {}

  /** Throws `SandboxUnavailable`. */
  async of(step: string, count: number): Promise<readonly EngineCloud[]> {
    const clouds = this.open.get(step) ?? [];
    this.open.set(step, clouds);
    while (clouds.length < count) clouds.push(this.engine.open());
    return await Promise.all(clouds.slice(0, count));
  }

  /** Forgets what the last run left. */
  async reset(): Promise<void> {
    await Promise.all((await this.all()).map((cloud) => cloud.reset()));
  }

  /** Mistakes of the clouds themselves. */
  async errors(): Promise<string[]> {
    return (await this.all()).flatMap(({ internalErrors }) => internalErrors);
  }

  async close(): Promise<void> {
    const all = [...this.open.values()].flat();
    this.open.clear();
    await Promise.allSettled(all.map(async (cloud) => (await cloud).close()));
  }

  private all(): Promise<EngineCloud[]> {
    return Promise.all([...this.open.values()].flat());
  }
}
