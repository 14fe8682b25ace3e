import type { Arrival } from './types.ts';

export function arrivalsOf(_body: string): Arrival[] {
  return [];
}
