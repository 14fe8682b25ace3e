import type { Arrival, Recorded } from './types.ts';

export async function record(_arrival: Arrival): Promise<Recorded> {
  return 'gone';
}
