/**
 * For the engine suite: the same behaviour asserted on every engine there is. LocalStack is one where WORKBOOK_LOCALSTACK names
 * its address, as `npm run test:localstack` does. Where an engine is known to behave otherwise, the behaviour says why; it is
 * then expected to fail there, and the reason stands in DIVERGENCES.md.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCloud } from '../cloud.ts';
import { openForeignEngine } from '../gateway/engine.ts';
import { type Address, type Bench, openBench } from './bench.ts';

export type EngineName = 'embedded' | 'localstack';
/** Why an engine does not behave so, as DIVERGENCES.md has it. */
export type Differs = Partial<Record<EngineName, string>>;

type Opened = Address & { close(): Promise<void> };

const localstack = process.env.WORKBOOK_LOCALSTACK;

const engines: Readonly<Record<EngineName, (() => Promise<Opened>) | undefined>> = {
  embedded: () => openCloud({ held: true, identity: 'checked' }),
  localstack: localstack ? async () => (await openForeignEngine(localstack)).open() : undefined,
};

/** Real milliseconds for one behaviour: retries and event sources of LocalStack take seconds. */
const LIMIT = 60_000;
/** The same for finding out what an engine can do. */
const OPENING = 180_000;

const divergences = readFileSync(new URL('../DIVERGENCES.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');

/** Asserts behaviours of one area, each in an account of its own. */
export function area(
  name: string,
  define: (behaves: (what: string, body: (t: Bench) => Promise<void>, differs?: Differs) => void) => void,
): void {
  for (const [engine, open] of Object.entries(engines) as [EngineName, (() => Promise<Opened>) | undefined][]) {
    if (!open) continue;
    describe(`${name} on ${engine}`, () => {
      let opened: Opened | undefined;
      beforeAll(async () => {
        opened = await open();
      }, OPENING);
      afterAll(() => opened?.close());
      define((what, body, differs = {}) => {
        const why = differs[engine];
        test(
          why ? `${what} (not so: ${why})` : what,
          async () => {
            const t = await openBench(opened!);
            try {
              if (why === undefined) return await body(t);
              expect(divergences.includes(why), 'the reason stands in DIVERGENCES.md').toBe(true);
              await expect(body(t), 'it behaves so by now: take the difference out').rejects.toThrow();
            } finally {
              await t.close();
            }
          },
          LIMIT,
        );
      });
    });
  }
}

/** Looks until `look` answers something; for what an engine does in its own time. Moves time where it can be moved. */
export async function eventually<T>(t: Bench, look: () => Promise<T | undefined>, step = 200, tries = 150): Promise<T> {
  for (let left = tries; left > 0; left--) {
    const found = await look();
    if (found !== undefined) return found;
    await t.pass(step);
  }
  throw new Error('It did not come about.');
}

/** Name and HTTP status of the error that a call is refused with. */
export async function refused(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}`;
  }
  return 'not refused';
}
