import type { Program, ProgramSpec } from './contract.ts';

/** The starts of a sandbox: whoever closes it waits for those that are under way, and what comes afterwards never starts. */
export class Starts {
  private readonly underWay = new Set<Promise<Program>>();
  private closed = false;

  constructor(private readonly begin: (spec: ProgramSpec) => Promise<Program>) {}

  start(spec: ProgramSpec): Promise<Program> {
    if (this.closed) return new Promise(() => undefined);
    const starting = this.begin(spec);
    this.underWay.add(starting);
    const over = (): void => void this.underWay.delete(starting);
    starting.then(over, over);
    return starting;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.underWay);
  }
}
