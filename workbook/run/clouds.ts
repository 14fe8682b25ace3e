/**
 * The clouds of a run: as many as it has checks under way at a time, for checks share neither an account nor a clock. Opened
 * when needed, reset in between.
 */
import type { Engine, EngineCloud } from './engine.ts';

export class Clouds {
  private readonly open: Promise<EngineCloud>[] = [];

  constructor(private readonly engine: Engine) {}

  /** Throws `SandboxUnavailable`. */
  async take(count: number): Promise<readonly EngineCloud[]> {
    while (this.open.length < count) this.open.push(this.engine.open());
    return await Promise.all(this.open.slice(0, count));
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
    await Promise.allSettled(this.open.splice(0).map(async (cloud) => (await cloud).close()));
  }

  private all(): Promise<EngineCloud[]> {
    return Promise.all(this.open);
  }
}
