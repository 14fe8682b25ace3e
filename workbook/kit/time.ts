/** Time in a check: moved where the engine lets it be moved, waited out where seconds are real. */
import type { Check, Otherwise } from './contract.ts';
import type { Session } from './session.ts';

/** Milliseconds between two looks at what is waited for. */
const LOOK = 100;
/** Costs and limits on wall time, so that a check of half a virtual minute takes some seconds. */
const WALL_PACE = 0.4;

export const paceOf = ({ run }: Session): number => (run.virtualTime ? 1 : WALL_PACE);

export function clockOf({ run, control }: Session): Check['clock'] {
  return {
    now: async () => (await control.clock()).now,
    async advance(milliseconds, { wall, until = async () => false }: Partial<Otherwise> = {}) {
      if (run.virtualTime) {
        await control.advance(milliseconds);
        return milliseconds;
      }
      if (wall === undefined) {
        throw new Error(
          'This check moves time, which this engine cannot: lab.json has to say that it needs virtual-time.',
        );
      }
      const begun = Date.now();
      while (Date.now() - begun < wall && !(await until())) await sleep(LOOK);
      return Date.now() - begun;
    },
  };
}

/** Milliseconds between two looks at what is on nobody's clock: such programs take seconds. */
const SELDOM = 250;

/** Looks until there is something, for so many real milliseconds at most. Time in the cloud stays as it is. */
export async function eventually<T>(look: () => Promise<T | undefined>, wall: number): Promise<T | undefined> {
  for (const limit = Date.now() + wall; ; await sleep(SELDOM)) {
    const found = await look();
    if (found !== undefined || Date.now() >= limit) return found;
  }
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
