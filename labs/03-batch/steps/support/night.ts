/** Step 3.3: a job with its lease, its ledger and a report to book, and the ways to run it and to hold it up. */
import type { Check, Deployed } from '../../../../workbook/kit/contract.ts';
import { access, put } from '../../../support/buckets.ts';
import { items, rowOf, table } from '../../../support/tables.ts';
import { iso } from './counting.ts';
import { fireLater } from './later.ts';

const HOUR = 3_600_000;
/** Where seconds are real: so many times further apart are two runs, and so many seconds may a busy machine take to start the first. */
const ROOM = 2;
const START = 6;

export async function night(t: Check, { timeout }: { timeout?: number } = {}) {
  const [leases, ledger] = [await table(t, 'leases', 'job'), await table(t, 'ledger', 'job', 'window')];
  const reports = await t.bucket();
  const [job, office] = [t.seeded.name('nightly'), t.seeded.name('office')];
  /** Seconds that a lease lasts. */
  const seconds = t.seeded.integer(20, 60);
  const [room, start] = t.pace < 1 ? [ROOM, START] : [1, 0];
  const window = iso(Math.floor((await t.clock.now()) / HOUR) * HOUR);
  const key = `${office}/${window}.json`;
  const nightly: Deployed = await t.deploy('nightly.ts', {
    timeout: timeout ?? 3 * seconds * room,
    environment: {
      JOB: job,
      OFFICE: office,
      REPORTS: reports,
      LEDGER: ledger,
      LEASES: leases,
      LEASE_SECONDS: String(seconds),
    },
    policy: [items(t, [leases, ledger]), ...access([reports], [])],
  });

  return {
    nightly,
    seconds,
    room,
    /** Seconds from the first run’s start to so many after the end of its lease. */
    after: (more: number): number => seconds + more * room + start,
    event: { window },
    /** Writes the report, or corrects it. Returns what is to be booked. */
    async report(): Promise<{ documents: number; pages: number }> {
      const report = { documents: t.seeded.integer(1, 50), pages: t.seeded.integer(51, 5000) };
      await put(t, reports, key, JSON.stringify({ office, from: window, ...report }));
      return report;
    },
    run: () => nightly.invoke({ window }),
    /** How often the report has been read so far. */
    async reads(): Promise<number> {
      const calls = await t.trace();
      return calls.filter(({ operation, resource }) => operation === 'GetObject' && resource === `${reports}/${key}`)
        .length;
    },
    /** Holds up the nth reading of the report by so many milliseconds. */
    holdReading: (nth: number, ms: number) =>
      t.faults.add({
        service: 's3',
        operation: 'GetObject',
        resource: `${reports}/${key}`,
        nth,
        effect: { kind: 'latency', ms },
      }),
    /** Makes every call to the table of leases slow, so that others come in between two of them. */
    slowLeases: () => t.faults.add({ service: 'dynamodb', resource: leases, effect: { kind: 'latency', ms: 200 } }),
    /** Holds up the first call to the ledger by so many milliseconds: what was sent arrives so much later. */
    holdBooking: (ms: number) =>
      t.faults.add({ service: 'dynamodb', resource: ledger, nth: 1, effect: { kind: 'latency', ms } }),
    /** The next call to the ledger is carried out, and its answer lost. */
    loseAnswer: () => t.faults.add({ service: 'dynamodb', resource: ledger, nth: 1, effect: { kind: 'lost-reply' } }),
    /** The same of the next write to the table of leases, of either kind. */
    async loseLease(): Promise<void> {
      for (const operation of ['UpdateItem', 'PutItem']) {
        const fault = { service: 'dynamodb', operation, resource: leases, nth: 1 } as const;
        await t.faults.add({ ...fault, effect: { kind: 'lost-reply' } });
      }
    },
    /** Has another run start so many milliseconds from now, whatever goes on then. */
    runLater: (ms: number) => fireLater(t, nightly, { window }, ms),
    /** The ledger says this of the window, booked by the run with this token. */
    async expectBooked(
      { documents, pages }: { documents: number; pages: number },
      token: number,
      because: { cause: string; hint?: number },
    ): Promise<void> {
      const seen = await rowOf(t, ledger, { job, window });
      t.equal(seen, { job, window, token, documents, pages }, { what: `the ledger’s item of ${window}`, ...because });
    },
  };
}
