/** Step 3.1: what schedules.ts is given, the ways to run it, and when its schedules have to fire. */
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Check, ScriptRun } from '../../../../workbook/kit/contract.ts';
import { endsWell } from '../../../support/scripts.ts';
import { schedulerRole } from './roles.ts';
import { type Days, everyDay, moments, monthEnds, type TimeOfDay, weekdays } from './wall-clock.ts';

export const MINUTE = 60_000;
const FOURTEEN_DAYS = '1209600';

export const JOBS = ['berlin', 'new-york', 'weekdays', 'month-end'] as const;
export type Job = (typeof JOBS)[number];

export interface Settings {
  readonly zone: string;
  readonly weekdaysAt: TimeOfDay;
  readonly monthEndAt: TimeOfDay;
  readonly retryMinutes: number;
}

/** What the job is handed. */
export interface Told {
  readonly job?: unknown;
  readonly scheduledTime?: unknown;
}

export const NIGHT: TimeOfDay = { hour: 2, minute: 30 };

export const clockTime = ({ hour, minute }: TimeOfDay): string =>
  [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');

export function draw(t: Check): Settings {
  return {
    zone: t.seeded.pick([
      'Europe/Lisbon',
      'America/Chicago',
      'America/Sao_Paulo',
      'Australia/Sydney',
      'Asia/Kolkata',
      'Asia/Tokyo',
    ]),
    weekdaysAt: { hour: t.seeded.integer(4, 22), minute: t.seeded.integer(1, 59) },
    // Late or early enough for the day in UTC to be another one, in every zone but Lisbon's.
    monthEndAt: { hour: t.seeded.pick([3, 4, 22, 23]), minute: t.seeded.integer(1, 59) },
    retryMinutes: t.seeded.integer(25, 55),
  };
}

/** The rule of a schedule: zone, time of day, days. */
function ruleOf(job: Job, { zone, weekdaysAt, monthEndAt }: Settings): readonly [string, TimeOfDay, Days] {
  switch (job) {
    case 'berlin':
      return ['Europe/Berlin', NIGHT, everyDay];
    case 'new-york':
      return ['America/New_York', NIGHT, everyDay];
    case 'weekdays':
      return [zone, weekdaysAt, weekdays];
    case 'month-end':
      return [zone, monthEndAt, monthEnds];
  }
}

export const zoneOf = (job: Job, settings: Settings): string => ruleOf(job, settings)[0];

/** In words, for messages. */
export function inWords(job: Job, settings: Settings): string {
  const [zone, time] = ruleOf(job, settings);
  const days = { weekdays: 'Monday to Friday', 'month-end': 'on the last day of each month', other: 'every day' };
  return `${days[job === 'weekdays' || job === 'month-end' ? job : 'other']} at ${clockTime(time)} in ${zone}`;
}

/** Moments after `from`, up to `to`, at which the job's schedule has to fire. */
export const firings = (job: Job, settings: Settings, from: number, to: number): number[] =>
  moments(...ruleOf(job, settings), from, to);

/** The next moment at which it has to fire. */
export function nextFiring(job: Job, settings: Settings, from: number): number {
  return firings(job, settings, from, from + 40 * 24 * 60 * MINUTE)[0]!;
}

/** A queue for the job, one for dead letters, the role, and the script. */
export async function timetable(t: Check) {
  const prefix = t.seeded.name('nightly');
  const queue = async (name: string): Promise<string> => {
    const Attributes = { MessageRetentionPeriod: FOURTEEN_DAYS };
    return (await t.aws.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl!;
  };
  const [job, dead] = [await queue(`${prefix}-job`), await queue(`${prefix}-dead`)];
  const arn = (name: string): string => `arn:aws:sqs:us-east-1:${t.accountId}:${name}`;
  const arns = [arn(`${prefix}-job`), arn(`${prefix}-dead`)] as const;
  const role = await schedulerRole(t, [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arns }]);

  const run = (settings: Settings): Promise<ScriptRun> =>
    t.run('schedules.ts', {
      environment: {
        PREFIX: prefix,
        JOB_ARN: arns[0],
        ROLE_ARN: role,
        DEAD_LETTERS_ARN: arns[1],
        RETRY_MINUTES: String(settings.retryMinutes),
        WEEKDAYS_AT: clockTime(settings.weekdaysAt),
        MONTH_END_AT: clockTime(settings.monthEndAt),
        ZONE: settings.zone,
      },
    });

  return {
    prefix,
    run,
    /** Runs the script, which has to end well, and with the four schedules. */
    async made(settings: Settings): Promise<void> {
      const ended = await run(settings);
      endsWell(t, 'schedules.ts', ended, { cause: whyRefused(ended.error) });
      const { Schedules = [] } = await t
        .client(SchedulerClient)
        .send(new ListSchedulesCommand({ GroupName: 'default' }));
      t.equal(Schedules.map(({ Name }) => Name!).sort(), JOBS.map((name) => `${prefix}-${name}`).sort(), {
        what: 'the schedules of the account',
        cause: 'One was not made, or is called otherwise, or a run has left more behind than the last one made.',
        hint: 1,
      });
    },
    /** What has arrived for the job, and is taken out by this. */
    told: () => taken(t, job),
    /** What has arrived among the dead letters. */
    dead: () => taken(t, dead),
  };
}

function whyRefused(error: ScriptRun['error']): string | undefined {
  switch (error?.type) {
    case 'ConflictException':
      return 'A schedule of this name exists already: somebody has run the script before.';
    case 'ValidationException':
      return 'The expression is not one of AWS’s. Its cron is another than that of Unix: it has other fields, and a rule of its own for the two that name days.';
    default:
      return undefined;
  }
}

async function taken(t: Check, queue: string): Promise<Told[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await t.aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies.map(parsed);
    bodies.push(...Messages.map(({ Body }) => Body!));
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle: ReceiptHandle! }));
    await t.aws.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue, Entries }));
  }
}

function parsed(body: string): Told {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : { job: value };
  } catch {
    return { job: body };
  }
}
