/** Steps 3.2 and 3.4: an office that has counted documents, and the reports that there have to be of them. */
import type { Check, PolicyStatement } from '../../../../workbook/kit/contract.ts';
import { access, json, keysIn } from '../../../support/buckets.ts';
import { items, putRows, table } from '../../../support/tables.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface Report {
  readonly office: string;
  readonly from: string;
  readonly to: string;
  readonly documents: number;
  readonly pages: number;
}

interface Counted {
  readonly moment: number;
  readonly pages: number;
}

export const iso = (moment: number): string => new Date(moment).toISOString();

/** A table and a bucket, for an office whose windows have a drawn length. */
export async function counting(t: Check, lengths: readonly number[] = [15, 20, 25, 30, 45, 60]) {
  const counted = await table(t, 'counted', 'office', 'at');
  const reports = await t.bucket();
  const office = t.seeded.name('office');
  const minutes = t.seeded.pick(lengths);
  const period = minutes * MINUTE;
  const all: Counted[] = [];

  const row = (of: string, moment: number, pages: number, more: Record<string, string> = {}) => ({
    office: of,
    at: `${iso(moment)}#${t.seeded.name('d')}`,
    pages,
    ...more,
  });

  return {
    counted,
    reports,
    office,
    minutes,
    period,
    environment: { COUNTED: counted, OFFICE: office, REPORTS: reports, PERIOD_MINUTES: String(minutes) },
    policy: [items(t, [counted]), ...access([reports], [reports])] as PolicyStatement[],
    key: (to: number): string => `${office}/${iso(to - period)}.json`,

    /** Documents counted at these moments, and one of another office at each of them. */
    async count(moments: readonly number[], more?: Record<string, string>): Promise<void> {
      const added = moments.map((moment) => ({ moment, pages: t.seeded.integer(1, 60) }));
      all.push(...added);
      const others = moments.slice(0, 5).map((moment) => row(`${office}-2`, moment, 1000));
      await putRows(t, counted, [...added.map(({ moment, pages }) => row(office, moment, pages, more)), ...others]);
    },

    /** The report of the window that ends at this moment. */
    report(to: number): Report {
      const from = to - period;
      const within = all.filter(({ moment }) => moment >= from && moment < to);
      const pages = within.reduce((sum, one) => sum + one.pages, 0);
      return { office, from: iso(from), to: iso(to), documents: within.length, pages };
    },

    /** The bucket has the reports of the windows that end at these moments, and no others. */
    async expectReports(ends: readonly number[], cause: string): Promise<void> {
      t.equal(await keysIn(t, reports), ends.map((to) => this.key(to)).sort(), {
        what: 'the reports in the bucket',
        cause,
      });
      for (const to of ends) {
        const wanted = this.report(to);
        const seen = await json(t, reports, this.key(to));
        t.equal(seen, wanted, { what: `the report ${this.key(to)}`, cause: whyOther(seen, wanted, cause) });
      }
    },
  };
}

function whyOther(seen: unknown, wanted: Report, cause: string): string {
  const { from, to, documents, pages } = (seen ?? {}) as Partial<Report>;
  if (from !== wanted.from || to !== wanted.to) return 'The report is about another window than its name says.';
  if (documents === wanted.documents && typeof pages === 'number' && pages !== wanted.pages) {
    return 'As many documents as there are, but not the same ones: one too many at one edge of the window, and one too few at the other. Texts are compared letter by letter, and Z comes after the dot. Or the pages were not added up.';
  }
  if (typeof documents !== 'number' || documents === wanted.documents) return cause;
  return documents > wanted.documents
    ? 'A document is in it that belongs to another window, or to another office. Texts are compared letter by letter, and Z comes after the dot.'
    : 'A document is not in it: one that was counted at the very beginning of the window or close to its end, or one that DynamoDB did not hand out at once.';
}

/** A moment at which something changes in the calendar, or just some full minute; all of them ahead of `now`. */
export function awkwardMoment(t: Check, now: number): number {
  const year = new Date(now).getUTCFullYear();
  const leap = (Math.floor(year / 4) + 1) * 4;
  return t.seeded.pick([
    Date.UTC(year + 1, 0, 1),
    Date.UTC(leap, 1, 29),
    Date.UTC(leap, 2, 1),
    Date.UTC(year + 1, 2, 1, 0, 7),
    Math.ceil(now / DAY) * DAY + t.seeded.integer(1, 1400) * MINUTE,
  ]);
}
