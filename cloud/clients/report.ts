/** Counts checks and says how each went, in the form that the other clients' scripts print too. */
import { isDeepStrictEqual } from 'node:util';

export const counts = { passed: 0, failed: 0, skipped: 0 };

export function passed(name: string): void {
  counts.passed++;
  console.log(`✓ ${name}`);
}

export function failed(name: string, why: string): void {
  counts.failed++;
  console.log(`✗ ${name}: ${why}`);
}

export function skipped(name: string, why: string): void {
  counts.skipped++;
  console.log(`○ ${name}: skipped, ${why}`);
}

export async function check(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    passed(name);
  } catch (error) {
    failed(name, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** Throws unless the two are equal, whole structures too. */
export function equal(seen: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(seen, expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, seen ${JSON.stringify(seen)}`);
  }
}
