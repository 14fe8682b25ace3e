/** Step 3.1: the learner's schedules are watched over a year, during outages and after a second run; the form is held against the rule. */
import { type Check, check } from '#kit';
import { endsInFailure } from '../../support/scripts.ts';
import {
  clockTime,
  draw,
  firings,
  inWords,
  JOBS,
  type Job,
  MINUTE,
  NIGHT,
  nextFiring,
  type Settings,
  type Told,
  timetable,
  zoneOf,
} from './support/timetable.ts';
import { momentsOn, shown, toSeconds } from './support/wall-clock.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEKDAY = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Moves the clock to a moment. */
const moveTo = async (t: Check, moment: number): Promise<void> => {
  await t.clock.advance(moment - (await t.clock.now()));
};

/** `Sunday 2028-03-26, 02:30 in Europe/Berlin (2028-03-26T00:30:00Z)` */
function told(zone: string, moment: number): string {
  const wall = new Date(shown(zone, moment));
  const [date, time] = wall.toISOString().split('T') as [string, string];
  return `${WEEKDAY[wall.getUTCDay()]} ${date}, ${time.slice(0, 5)} in ${zone} (${toSeconds(moment)})`;
}

/** When each schedule fired, by what the cloud noted: the moments that were planned, and how late it began. */
async function fired(t: Check, name: string): Promise<{ planned: number; late: number }[]> {
  const hops = (await t.trace()).filter(
    ({ service, operation, resource }) =>
      service === 'scheduler' && operation === 'ScheduledEvent' && resource?.endsWith(`/${name}`),
  );
  return hops.map(({ time, detail }) => {
    const planned = Date.parse(String(detail?.scheduledTime));
    return { planned, late: time - planned };
  });
}

function expectFirings(t: Check, job: Job, settings: Settings, seen: readonly number[], wanted: readonly number[]) {
  const zone = zoneOf(job, settings);
  const missing = wanted.filter((moment) => !seen.includes(moment));
  const extra = seen.filter((moment) => !wanted.includes(moment));
  if (missing.length + extra.length === 0) return;
  const first = Math.min(missing[0] ?? Number.POSITIVE_INFINITY, extra[0] ?? Number.POSITIVE_INFINITY);
  t.that(false, {
    expected: `${job} fires ${wanted.length} times: ${inWords(job, settings)}`,
    seen: `it fired ${seen.length} times, ${missing.length} of these firings are missing and ${extra.length} are too many; the first difference: it ${first === extra[0] ? 'fired on' : 'did not fire on'} ${told(zone, first)}`,
    cause: whyOther(job, zone, seen, wanted),
    hint: 1,
  });
}

function whyOther(job: Job, zone: string, seen: readonly number[], wanted: readonly number[]): string {
  const times = (list: readonly number[]) => new Set(list.map((moment) => toSeconds(shown(zone, moment)).slice(11)));
  if (seen.length === 0) return 'The schedule never fires, or is switched off.';
  // The change of the clocks may have moved a single one.
  if (times(seen).size > times(wanted).size)
    return `Its distance from the clock of ${zone} is not always the same: it follows another clock, or counts hours instead of reading one.`;
  if (![...times(seen)].every((time) => times(wanted).has(time)))
    return `It fires at another time of day than meant: read by the clock of another zone, or with two fields in each other’s place.`;
  if (job === 'weekdays') return 'The days of the week are not numbered here as in other crons.';
  if (job === 'month-end') return 'Months end on the 28th, 29th, 30th or 31st.';
  return 'There are days on which it should fire and does not, or the other way round.';
}

check('year-of-firings', async (t) => {
  const settings = draw(t);
  const { prefix, made } = await timetable(t);
  const now = new Date(await t.clock.now()).getUTCFullYear();
  const year = (Math.floor(now / 4) + t.seeded.integer(1, 3)) * 4;
  await moveTo(t, Date.UTC(year - 1, 11, 31, 12));
  t.did(`ran schedules.ts on the last day of ${year - 1}, and moved the clock to the end of ${year}`);
  await made(settings);
  const from = await t.clock.now();
  const to = Date.UTC(year, 11, 31, 12);
  await moveTo(t, to);
  for (const job of JOBS) {
    const seen = await fired(t, `${prefix}-${job}`);
    const planned = seen.map((firing) => firing.planned);
    expectFirings(t, job, settings, planned, firings(job, settings, from, to));
    const late = Math.max(...seen.map((firing) => firing.late));
    t.that(late < MINUTE, {
      expected: `each firing of ${job} begins within a minute`,
      seen: `one began ${Math.round(late / MINUTE)} minutes after its time`,
      cause: 'The schedule has a flexible time window.',
    });
  }
});

/** Of what was told, what concerns one of the four. */
const about = (all: readonly Told[], job: Job): Told[] => all.filter((one) => one.job === job);

check('outages', async (t) => {
  const settings = draw(t);
  const { prefix, made, told: arrived, dead } = await timetable(t);
  await made(settings);
  const unreachable = (job: Job) =>
    t.faults.add({
      service: 'scheduler',
      operation: 'InvokeTarget',
      resource: `${prefix}-${job}`,
      effect: { kind: 'error', code: 'ServiceUnavailable', status: 503, message: 'The job cannot be reached.' },
    });

  const short = nextFiring('berlin', settings, (await t.clock.now()) + HOUR);
  t.did(`ran schedules.ts, and kept the job from being reached for ten minutes from ${told('Europe/Berlin', short)}`);
  await moveTo(t, short - 1000);
  await arrived();
  let fault = await unreachable('berlin');
  await moveTo(t, short + 10 * MINUTE);
  t.equal(about(await dead(), 'berlin'), [], {
    what: 'the dead letters of berlin after these ten minutes',
    cause: `A firing is given up too early: it is to be tried for ${settings.retryMinutes} minutes.`,
    hint: 2,
  });
  await t.faults.remove(fault);
  await moveTo(t, short + (settings.retryMinutes + 1) * MINUTE);
  t.equal(about(await arrived(), 'berlin'), [{ job: 'berlin', scheduledTime: toSeconds(short) }], {
    what: 'what the job was told of berlin',
    cause:
      'The job is not told the time that the firing was planned for, is told more or less than that, or the firing was not tried again.',
    hint: 2,
  });

  const long = nextFiring('new-york', settings, await t.clock.now());
  t.did(
    `then for ${settings.retryMinutes + 20} minutes from ${told('America/New_York', long)}; RETRY_MINUTES is ${settings.retryMinutes}`,
  );
  await moveTo(t, long - 1000);
  await arrived();
  fault = await unreachable('new-york');
  await moveTo(t, long + (settings.retryMinutes + 20) * MINUTE);
  await t.faults.remove(fault);
  await moveTo(t, long + 3 * HOUR);
  t.equal(about(await arrived(), 'new-york'), [], {
    what: `what the job was told of new-york, after it was down for longer than RETRY_MINUTES`,
    cause: 'The firing was still tried again when its time was over: AWS goes on for a day unless told otherwise.',
    hint: 2,
  });
  t.equal(about(await dead(), 'new-york'), [{ job: 'new-york', scheduledTime: toSeconds(long) }], {
    what: 'the dead letters of new-york',
    cause: 'A firing that is given up is dropped without a word, unless the schedule says where it is to go.',
    hint: 2,
  });
});

/** Noon in UTC on a Thursday: what is watched from then on has a Friday and a weekend in it, whatever day it is now. */
function nextThursday(now: number): number {
  const noon = Math.ceil(now / DAY) * DAY + DAY / 2;
  return noon + ((11 - new Date(noon).getUTCDay()) % 7) * DAY;
}

check('run-again', async (t) => {
  const first = draw(t);
  const { prefix, run, made, told: arrived } = await timetable(t);
  await moveTo(t, nextThursday(await t.clock.now()));
  t.did(`refused to make ${prefix}-weekdays while schedules.ts ran`);
  const refused = await Promise.all(
    ['CreateSchedule', 'UpdateSchedule'].map((operation) =>
      t.faults.add({
        service: 'scheduler',
        operation,
        resource: `${prefix}-weekdays`,
        effect: { kind: 'error', code: 'AccessDeniedException', status: 403, message: 'Refused by the grader.' },
      }),
    ),
  );
  const broken = await run(first);
  for (const fault of refused) await t.faults.remove(fault);
  endsInFailure(t, 'schedules.ts', broken, '', {
    cause: 'The error was swallowed: caught and printed, perhaps, or the call was not awaited.',
  });
  t.did('then let it run to its end');
  await made(first);
  const other = { hour: (first.weekdaysAt.hour + 5) % 24, minute: (first.weekdaysAt.minute + 17) % 60 };
  const second = { ...first, weekdaysAt: other, zone: first.zone === 'Asia/Tokyo' ? 'Asia/Kolkata' : 'Asia/Tokyo' };
  t.did(`and once more, an hour later, with WEEKDAYS_AT=${clockTime(other)} and ZONE=${second.zone}`);
  await t.clock.advance(HOUR);
  await made(second);
  await arrived();
  const from = await t.clock.now();
  let last = from;
  for (let i = 0; i < 3; i++) last = nextFiring('weekdays', second, last);
  await moveTo(t, last + 5 * MINUTE);
  const seen = await arrived();
  for (const job of ['weekdays', 'berlin'] as const) {
    t.equal(
      about(seen, job).sort((a, b) => (String(a.scheduledTime) < String(b.scheduledTime) ? -1 : 1)),
      firings(job, second, from, last).map((moment) => ({ job, scheduledTime: toSeconds(moment) })),
      {
        what: `what the job was told of ${job} since then (${inWords(job, second)})`,
        cause:
          'The schedule was left as it was, or there are two of them now; or the second run left something out, and what an update leaves out goes back to its default.',
        hint: 3,
      },
    );
  }
});

check('predictions', async (t) => {
  const form = await formOf(t);
  const zones = { berlin: 'Europe/Berlin', 'new-york': 'America/New_York' } as const;
  for (const [job, zone] of Object.entries(zones)) {
    const days = form[job] as Record<string, unknown> | undefined;
    for (const date of DAYS[job as keyof typeof zones]) {
      const given = days?.[date];
      const where = `${job}, ${date}`;
      t.that(Array.isArray(given) && given.every((one) => Number.isFinite(Date.parse(String(one)))), {
        expected: `predictions.json has a list of moments for ${where}: none, one or several, like "2027-01-05T01:30:00Z"`,
        seen: JSON.stringify(given) ?? 'nothing',
        cause:
          given === null ? 'This one is not filled in yet.' : 'The form has another shape than the one that was given.',
        hint: 3,
      });
      const moments = (given as string[]).map((one) => Date.parse(one));
      const wanted = momentsOn(zone, NIGHT, date);
      t.that(moments.length === wanted.length && wanted.every((moment) => moments.includes(moment)), {
        expected: `for ${where}: the moments at which a schedule at 02:30 in ${zone} fires on that day, in UTC`,
        seen: moments.length > 0 ? moments.map((moment) => told(zone, moment)).join(', ') : 'no firing on that day',
        cause: whyMispredicted(zone, date, moments),
        hint: 3,
      });
    }
  }
});

const DAYS = {
  berlin: ['2027-03-27', '2027-03-28', '2027-03-29', '2027-10-30', '2027-10-31', '2027-11-01'],
  'new-york': ['2027-03-13', '2027-03-14', '2027-03-15', '2027-11-06', '2027-11-07', '2027-11-08'],
} as const;

async function formOf(t: Check): Promise<Record<string, unknown>> {
  t.did('read predictions.json');
  const text = await t.read('predictions.json');
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    t.that(false, {
      expected: 'predictions.json is JSON',
      seen: error instanceof Error ? error.message : String(error),
    });
    throw error;
  }
}

function whyMispredicted(zone: string, date: string, moments: readonly number[]): string {
  if (moments.length > 1) return 'Does EventBridge Scheduler fire twice when a clock shows a time twice?';
  if (moments.length === 0) return 'The clock shows 02:30 on this day.';
  if (toSeconds(shown(zone, moments[0]!)) !== `${date}T02:30:00Z`)
    return 'At that moment the clock there shows something else. It may be that it never shows 02:30 on this day, or that its distance from UTC is another one by then.';
  return 'The clock shows 02:30 twice on this day, and this is not the time that counts.';
}
