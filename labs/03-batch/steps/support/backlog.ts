/** Step 3.4: the office of step 3.2 with the learner's catching-up job, its watermark, and documents in many windows. */
import type { Check, Deployed } from '../../../../workbook/kit/contract.ts';
import { items, rowOf, table } from '../../../support/tables.ts';
import { counting, iso } from './counting.ts';

const MINUTE = 60_000;
/** Windows in which documents are counted. */
const WINDOWS = 24;

export async function backlog(t: Check, { timeout = 60 }: { timeout?: number } = {}) {
  const office = await counting(t);
  const { period, reports, key } = office;
  const watermarks = await table(t, 'watermarks', 'job');
  const job = t.seeded.name('catch-up');
  const most = t.seeded.integer(4, 6);
  /** The end of the first window that is fired. */
  const first = (Math.floor((await t.clock.now()) / MINUTE) + t.seeded.integer(1, 40)) * MINUTE;
  const within = () => first - 2 * period + t.seeded.integer(0, WINDOWS * period);
  // Also in the window before the first: who reaches further back than the job is told to has a report too many.
  await office.count([...Array.from({ length: 30 }, within), first - period - 1, first, first + period]);
  const catchUp: Deployed = await t.deploy('catch-up.ts', {
    timeout,
    environment: { ...office.environment, JOB: job, WATERMARKS: watermarks, MOST_WINDOWS: String(most) },
    policy: [...office.policy, items(t, [watermarks])],
  });
  const reportAt = (to: number) =>
    ({ service: 's3', operation: 'PutObject', resource: `${reports}/${key(to)}` }) as const;

  return {
    catchUp,
    most,
    first,
    period,
    expectReports: (ends: readonly number[], cause: string) => office.expectReports(ends, cause),
    async expectWatermark(until: number, cause: string, hint?: number): Promise<void> {
      t.equal(
        await rowOf(t, watermarks, { job }),
        { job, until: iso(until) },
        { what: 'the watermark', cause, ...(hint ? { hint } : {}) },
      );
    },
    /** How many reports have been written so far. */
    async writes(): Promise<number> {
      const calls = await t.trace();
      return calls.filter(({ operation, resource }) => operation === 'PutObject' && resource?.startsWith(`${reports}/`))
        .length;
    },
    refuseReport: (to: number) =>
      t.faults.add({
        ...reportAt(to),
        effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'Refused by the grader.' },
      }),
    /** Holds up the next writing of this report. */
    holdReport: (to: number, ms: number) => t.faults.add({ ...reportAt(to), nth: 1, effect: { kind: 'latency', ms } }),
  };
}
