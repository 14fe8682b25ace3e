/** The clouds of a run: one for each step, for steps share neither accounts nor a clock. Opened when needed, reset in between. */
import { type Cloud, type CloudOptions, openCloud } from '#cloud';

export class Clouds {
  private readonly open = new Map<string, Promise<Cloud>>();

  constructor(private readonly options: Omit<CloudOptions, 'held' | 'identity'>) {}

  /** Throws `SandboxUnavailable`. */
  async of(step: string): Promise<Cloud> {
    let cloud = this.open.get(step);
    if (!cloud) {
      cloud = openCloud({ ...this.options, held: true, identity: 'checked' });
      this.open.set(step, cloud);
    }
    return await cloud;
  }

  /** Forgets what the last run left. */
  async reset(): Promise<void> {
    await Promise.all([...this.open.values()].map(async (cloud) => (await cloud).reset()));
  }

  /** Mistakes of the clouds themselves. */
  async errors(): Promise<string[]> {
    return (await Promise.all(this.open.values())).flatMap(({ internalErrors }) => internalErrors);
  }

  async close(): Promise<void> {
    const all = [...this.open.values()];
    this.open.clear();
    await Promise.allSettled(all.map(async (cloud) => (await cloud).close()));
  }
}
