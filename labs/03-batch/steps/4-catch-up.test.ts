/** Step 3.4: firings of the learner's job are missing, break off and overtake each other; then its watchdog is tried. */
import { type Check, check, type Deployed, type Invocation } from '#kit';
import { backlog } from './support/backlog.ts';
import { iso } from './support/counting.ts';
import { fireLater } from './support/later.ts';
import { toSeconds } from './support/wall-clock.ts';
import { watched } from './support/watched.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Where hours cannot be skipped the firings that are left out are not waited for: each says itself for when it was planned. */
const AT_ONCE = { wall: 0 };

interface Answer {
  readonly reported: number;
  readonly until: string;
  readonly left: number;
}

const firing = (moment: number) => ({ scheduledTime: toSeconds(moment) });

/** Fires by hand. */
const fired = (catchUp: Deployed, moment: number): Promise<Invocation> => catchUp.invoke(firing(moment));

function expectAnswer(t: Check, invocation: Invocation, answer: Answer, cause: string, hint?: number): void {
  t.succeeded(invocation);
  t.equal(invocation.value, answer, { what: 'the answer', cause, ...(hint ? { hint } : {}) });
}

check('missed-firings', async (t) => {
  const job = await backlog(t);
  const { first, period, most, catchUp } = job;
  const missed = t.seeded.integer(2, most - 1);
  const last = first + (missed + 1) * period;
  t.did(`fired the window that ends at ${toSeconds(first)}, of a job that has never run`);
  expectAnswer(
    t,
    await fired(catchUp, first),
    { reported: 1, until: iso(first), left: 0 },
    'A job without a watermark has missed nothing; but the window of this firing is its own.',
    1,
  );
  await job.expectReports([first], 'The first run reports one window.');
  await job.expectWatermark(first, 'The first run did not leave a watermark, or not this one.');

  t.did(`left out ${missed} firings, and fired ${toSeconds(last)}`);
  await t.clock.advance(last - first, AT_ONCE);
  expectAnswer(
    t,
    await fired(catchUp, last),
    { reported: missed + 1, until: iso(last), left: 0 },
    'A firing that did not come is one that nobody will make up for, unless the next one looks how far the last one got.',
    1,
  );
  const ends = Array.from({ length: missed + 2 }, (_, i) => first + i * period);
  await job.expectReports(ends, 'A window was left out, or one was reported that is not one of PERIOD_MINUTES.');

  t.did('then the same firing once more, and an older one');
  const writes = await job.writes();
  for (const moment of [last, first + period]) {
    expectAnswer(
      t,
      await fired(catchUp, moment),
      { reported: 0, until: iso(last), left: 0 },
      'There is nothing to be done for a time that the job is past already.',
    );
  }
  t.equal((await job.writes()) - writes, 0, {
    what: 'how many reports were written by these two',
    cause: 'What was reported already was reported again.',
  });
  await job.expectWatermark(last, 'It was taken back by a firing for a time that is past.', 3);
});

check('bounded', async (t) => {
  const job = await backlog(t);
  const { first, period, most, catchUp } = job;
  await fired(catchUp, first);
  // So many that three runs are not enough, and some are left for a last one.
  const outage = 3 * most - 1;
  let until = first;
  let now = first + outage * period;
  await t.clock.advance(now - first, AT_ONCE);
  for (let run = 1; until < now; run++) {
    t.did(
      run === 1
        ? `left out ${outage - 1} firings, and fired ${toSeconds(now)}; MOST_WINDOWS is ${most}`
        : `then ${toSeconds(now)}`,
    );
    const open = (now - until) / period;
    const reported = Math.min(open, most);
    until += reported * period;
    expectAnswer(
      t,
      await fired(catchUp, now),
      { reported, until: iso(until), left: open - reported },
      'A run takes on as many windows as it is allowed, the oldest first, and leaves the rest to the next firing.',
      2,
    );
    const ends = Array.from({ length: (until - first) / period + 1 }, (_, i) => first + i * period);
    await job.expectReports(ends, 'The windows of a run are the oldest that are open, and no others.');
    if (until < now) now += period;
  }
});

check('output-first', async (t) => {
  const timeout = t.seeded.integer(4, 8);
  const job = await backlog(t, { timeout });
  const { first, period, catchUp } = job;
  const ends = [0, 1, 2, 3, 4].map((i) => first + i * period);
  const last = ends.at(-1)!;
  await fired(catchUp, first);
  await t.clock.advance(last - first, AT_ONCE);

  t.did(`left out three firings, fired ${toSeconds(last)}, and had S3 refuse the second of the four reports`);
  const refused = await job.refuseReport(ends[2]!);
  const failed = await fired(catchUp, last);
  await t.faults.remove(refused);
  t.that(failed.error !== undefined, {
    expected: 'the invocation fails: a window could not be reported',
    seen: `it succeeded, with the answer ${JSON.stringify(failed.value)}`,
    cause: 'The error was caught and forgotten. Nobody else will notice.',
  });
  await job.expectWatermark(
    ends[1]!,
    'It does not say what is reported: it was written before its window was, or not yet for a window that was.',
    2,
  );

  t.did(`then again, with the third report taking longer than the time limit of ${timeout} s`);
  await job.holdReport(ends[3]!, 3 * timeout * SECOND);
  const cut = await fired(catchUp, last);
  t.that(cut.error !== undefined, {
    expected: 'that run is cut off while it writes',
    seen: `it answered ${JSON.stringify(cut.value)}`,
    cause: 'It answered before its report was written.',
  });
  await job.expectWatermark(
    ends[2]!,
    'What this run had finished before it was cut off is not noted, or more than that is.',
    2,
  );

  t.did('and then with nothing in its way');
  t.succeeded(await fired(catchUp, last));
  await job.expectReports(ends, 'A window was left out for good.');
  await job.expectWatermark(last, 'The watermark is not where the reports are.');
});

check('overtaken', async (t) => {
  const job = await backlog(t);
  const { first, period, catchUp } = job;
  const [older, newer] = [first + period, first + 3 * period];
  await fired(catchUp, first);
  t.did(
    `fired ${toSeconds(older)}, and held its report up by 30 s; ${toSeconds(newer)} came meanwhile, and was faster`,
  );
  await job.holdReport(older, 30 * SECOND);
  await fireLater(t, catchUp, firing(newer), 10 * SECOND);
  t.succeeded(await fired(catchUp, older), { what: 'the firing that was held up' });
  await job.expectReports([first, older, first + 2 * period, newer], 'A window was left out.');
  await job.expectWatermark(
    newer,
    'It was taken back: the run that was held up wrote how far it had come itself, when another one was further.',
    3,
  );
});

check('silent-job', async (t) => {
  const job = await watched(t);
  const { period, within } = job;
  await job.set();
  const schedule = await job.switchOn();
  await job.late(schedule, 3, t.seeded.integer(61, 115) * SECOND);
  t.did(
    `ran watchdog.ts, fired the function every ${period / MINUTE} minutes, one time almost two minutes late, and looked at the alarm for five periods`,
  );
  await t.clock.advance(period + 5 * MINUTE);
  await job.expectState(
    'OK',
    'after a run that succeeded',
    'It does not see that there are runs, or waits for more of them.',
  );
  const since = await t.clock.now();
  await t.clock.advance(4 * period);
  await job.expectQuiet(
    since,
    'A run that comes a little late, or the time between two runs, was taken for a missing one.',
  );

  t.did('ran watchdog.ts again, then switched the schedule off');
  await job.set();
  await job.switchOff(schedule);
  await t.clock.advance(within);
  await job.expectState(
    'ALARM',
    `${within / MINUTE} minutes after the last run`,
    'Nothing ran, and so nothing was measured. What an alarm makes of that is up to its configuration, and so is how long it waits.',
  );
  t.did('and on again');
  await job.switchOn();
  await t.clock.advance(period + 5 * MINUTE);
  await job.expectState('OK', 'after another run that succeeded', 'It does not come back by itself.');
});

check('failing-job', async (t) => {
  const job = await watched(t);
  const { period, within } = job;
  await job.set();
  await job.switchOn();
  await t.clock.advance(2 * period);
  const fault = await job.breakIt();
  t.did(
    `ran watchdog.ts, fired the function every ${period / MINUTE} minutes, and let all its runs fail after the second`,
  );
  await t.clock.advance(within);
  await job.expectState(
    'ALARM',
    `${within / MINUTE} minutes after the last run that succeeded`,
    'It runs, and fails. A run alone is no success.',
  );
  await t.faults.remove(fault);
  t.did('then let them succeed again');
  await t.clock.advance(2 * period);
  await job.expectState('OK', 'after runs that succeeded', 'It does not come back by itself.');
});
