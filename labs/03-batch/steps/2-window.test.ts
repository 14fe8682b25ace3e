/** Step 3.2: the learner's report function is fired by hand and by a schedule; its reports are held against what was counted. */
import { type Check, check, type Deployed } from '#kit';
import { failsOnce, keysIn } from '../../support/buckets.ts';
import { awkwardMoment, counting, iso } from './support/counting.ts';
import { fire } from './support/later.ts';
import { toSeconds } from './support/wall-clock.ts';

const MINUTE = 60_000;

/** Fires by hand, for the window that ends at this moment. */
async function reported(t: Check, report: Deployed, to: number): Promise<void> {
  t.succeeded(await report.invoke({ scheduledTime: toSeconds(to) }), { what: `the firing of ${toSeconds(to)}` });
}

check('half-open', async (t) => {
  const office = await counting(t);
  const { period } = office;
  const to = awkwardMoment(t, await t.clock.now());
  const from = to - period;
  const edges = [from, to].flatMap((edge) => [edge - 1, edge, edge + 1, edge + t.seeded.integer(2, 999)]);
  const inside = Array.from({ length: t.seeded.integer(3, 8) }, () => from + t.seeded.integer(2000, period - 2000));
  await office.count([...edges, ...inside, to + period - 1, to + period]);
  const report = await t.deploy('report.ts', office);
  t.did(
    `counted documents at ${iso(from)} and ${iso(to)}, a millisecond before and after each, and in between; fired the windows of ${office.minutes} minutes that end at ${toSeconds(to)} and at ${toSeconds(to + period)}`,
  );
  await reported(t, report, to);
  await reported(t, report, to + period);
  await office.expectReports(
    [to, to + period],
    'The window does not begin PERIOD_MINUTES before the scheduled time and end with it; or what is written is another text than asked.',
  );
});

check('late-and-twice', async (t) => {
  const office = await counting(t);
  const { period } = office;
  const report = await t.deploy('report.ts', office);
  const first = (Math.floor((await t.clock.now()) / MINUTE) + 1 + t.seeded.integer(3, 50)) * MINUTE;
  const ends = [0, 1, 2, 3, 4].map((i) => first + i * period);
  const moments = Array.from({ length: 18 }, () => first - period + t.seeded.integer(0, 5 * period - 1));
  await office.count([...moments, ...ends.flatMap((end) => [end - 1, end])]);

  const late = 61_000;
  const later = period + t.seeded.integer(2, 9) * MINUTE;
  const name = await fire(
    t,
    report,
    { scheduledTime: '<aws.scheduler.scheduled-time>' },
    {
      ScheduleExpression: `rate(${office.minutes} minutes)`,
      StartDate: new Date(first),
      EndDate: new Date(ends.at(-1)! + 1000),
    },
  );
  const at = { service: 'scheduler', operation: 'InvokeTarget', resource: name } as const;
  await t.faults.add({ ...at, nth: 2, effect: { kind: 'latency', ms: late } });
  await t.faults.add({ ...at, nth: 3, effect: { kind: 'duplicate-delivery' } });
  await t.faults.add({ ...at, nth: 4, effect: { kind: 'latency', ms: later } });
  t.did(
    `had a schedule fire every ${office.minutes} minutes, five times from ${toSeconds(first)} on: the second firing came 61 s late, the third twice, the fourth ${later / MINUTE} minutes late, after the fifth`,
  );
  await t.clock.advance(ends.at(-1)! + 10 * MINUTE - (await t.clock.now()));
  await office.expectReports(
    ends,
    'A window was taken from the moment at which the function ran, which is not the one that it was planned for.',
  );
});

check('whole-window', async (t) => {
  const office = await counting(t);
  const { period } = office;
  const to = Math.ceil((await t.clock.now()) / MINUTE) * MINUTE + period;
  // Together they are more than the megabyte that one answer holds.
  const text = 'x'.repeat(100_000);
  const moments = Array.from({ length: 14 }, () => to - t.seeded.integer(1, period));
  await office.count(moments, { text });
  const report = await t.deploy('report.ts', office);
  t.did(
    `counted ${moments.length} documents in one window, with 100 KB of text in each item, and none in the next; fired both`,
  );
  await reported(t, report, to);
  await reported(t, report, to + period);
  await office.expectReports(
    [to, to + period],
    'A window without documents has a report too; and what is in DynamoDB is not handed out at once.',
  );
});

check('no-half-report', async (t) => {
  const office = await counting(t);
  const { period, reports } = office;
  const to = Math.ceil((await t.clock.now()) / MINUTE) * MINUTE + period;
  await office.count([to - 1, to - period]);
  const report = await t.deploy('report.ts', office);
  const refuse = (service: string, resource: string) =>
    t.faults.add({
      service,
      resource,
      effect: { kind: 'error', code: 'AccessDeniedException', status: 403, message: 'Refused by the grader.' },
    });
  for (const [service, resource, what] of [
    ['dynamodb', office.counted, 'DynamoDB refused to read'],
    ['s3', `${reports}/*`, 'S3 refused to write'],
  ] as const) {
    t.did(`fired a window while ${what}`);
    const fault = await refuse(service, resource);
    const { error, value } = await report.invoke({ scheduledTime: toSeconds(to) });
    await t.faults.remove(fault);
    t.that(error !== undefined, {
      expected: 'the invocation fails, so that it is tried again',
      seen: `it succeeded, with the answer ${JSON.stringify(value)}`,
      cause: 'The error was caught and forgotten, or what failed was not awaited.',
    });
    t.equal(await keysIn(t, reports), [], {
      what: 'the reports in the bucket',
      cause: 'What could not be read was taken for nothing, and reported.',
    });
  }
  t.did('then had S3 fail at the first attempt to write, as it does now and then');
  await failsOnce(t, reports, office.key(to));
  await reported(t, report, to);
  await office.expectReports([to], 'Writing was begun and not awaited.');
});
