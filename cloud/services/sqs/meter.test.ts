/**
 * What is told of a queue when somebody looks at last is what would have been told minute by minute; and alarms that look
 * when there may be something to see turn as those do that look at every minute.
 */
import { expect, test } from 'vitest';
import { createClock } from '../../clock.ts';
import type { Core } from '../../contract.ts';
import { createFaults } from '../../core/faults.ts';
import { createTrace } from '../../core/trace.ts';
import type { Alarm } from '../cloudwatch/alarm.ts';
import { Metrics } from '../cloudwatch/metrics.ts';
import { points } from '../cloudwatch/query.ts';
import { watch } from '../cloudwatch/watch.ts';
import { initialAttributes } from './attributes.ts';
import { Queue } from './queue.ts';
import { Queues } from './queues.ts';

const [SECOND, MINUTE, HOUR, ACCOUNT] = [1000, 60_000, 3_600_000, '111122223333'];
const start = Date.UTC(2027, 0, 1);

/** Numbers from 0 until before `below`, the same ones for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const configurations = [
  ['ApproximateNumberOfMessagesVisible', 'Maximum', 60, 1, 2, 'GreaterThanThreshold'],
  ['ApproximateNumberOfMessagesVisible', 'Average', 300, 3, 1, 'LessThanThreshold'],
  ['ApproximateNumberOfMessagesNotVisible', 'Minimum', 3600, 26, 1, 'LessThanThreshold'],
  ['ApproximateAgeOfOldestMessage', 'Average', 60, 3, 7200, 'GreaterThanOrEqualToThreshold'],
  ['ApproximateAgeOfOldestMessage', 'p90', 300, 2, 36_000, 'GreaterThanThreshold'],
  ['ApproximateAgeOfOldestMessage', 'Sum', 900, 1, 400_000, 'LessThanOrEqualToThreshold'],
  ['NumberOfMessagesSent', 'Sum', 60, 5, 0, 'LessThanOrEqualToThreshold'],
  ['NumberOfEmptyReceives', 'SampleCount', 60, 1, 0, 'GreaterThanThreshold'],
] as const;

/** An alarm's states, as they are found; answers what has it look at the next edge. */
function record(metrics: Metrics, which: (typeof configurations)[number], at: () => number, states: string[]) {
  const [metricName, stat, period, evaluationPeriods, threshold, operator] = which;
  const dimensions = [{ Name: 'QueueName', Value: 'jobs' }];
  const of = { namespace: 'AWS/SQS', metricName, stat, period, evaluationPeriods, threshold, operator, dimensions };
  const configuration = { ...of, wallClock: period === 900, actions: {} };
  let known = '';
  return watch(metrics, { accountId: ACCOUNT, configuration } as unknown as Alarm, ({ state }) => {
    if (state === known) return false;
    states.push(`${at()} ${which.join(' ')}: ${state}`);
    known = state;
    return true;
  });
}

/** Does some things at random to a queue, and answers all that was measured of it, and what alarms made of it. */
async function play(seed: number, eachMinute: boolean) {
  const clock = createClock({ heldAt: start });
  const metrics = new Metrics(clock);
  const queues = new Queues({ clock, metrics, faults: createFaults(), trace: createTrace(clock) } as unknown as Core);
  const dead = new Queue('us-east-1', ACCOUNT, 'dead', initialAttributes(false), start);
  const attributes = {
    ...initialAttributes(false),
    MessageRetentionPeriod: String(30 * 3600),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
  };
  const queue = new Queue('us-east-1', ACCOUNT, 'jobs', attributes, start);
  for (const one of [dead, queue]) queues.add(one);
  queues.meter.used(queue);
  const states: string[] = [];
  const minute = () => (clock.now() - start) / MINUTE;
  const watches = configurations.map((which) => record(metrics, which, minute, states));
  const look = (): void => {
    metrics.list(ACCOUNT);
    for (const { wake } of watches) wake();
    if (eachMinute) clock.at(clock.now() + MINUTE, look);
  };
  look();
  const next = random(seed);
  const handles: string[] = [];
  const send = (cause: number, delaySeconds: number) =>
    queues.send(queue, { body: 'hello', attributes: {}, senderId: 'me', cause, delaySeconds });
  for (let step = 0; step < 25; step++) {
    await clock.advance(next(100) * [SECOND, MINUTE, MINUTE / 4, HOUR / 8][next(4)]!);
    const kind = next(12);
    if (kind < 4) {
      send(step, next(3) * 300);
    } else if (kind < 7) {
      const received = queues.receiveNow(queue, { max: 3, visibility: (1 + next(40)) * MINUTE });
      // An event source mapping's empty polls are not told.
      if (received.length === 0 && next(2) === 0) queues.meter.receivedNothing(queue);
      handles.push(...received.map(({ handle }) => handle));
    } else if (kind < 9) {
      const handle = handles.shift();
      if (handle === undefined) continue;
      queue.remove(handle, clock.now());
      queues.meter.deleted(queue);
    } else if (kind < 11) {
      // At a full minute's very moment, and before any alarm looks.
      const due = Math.ceil(clock.now() / MINUTE) * MINUTE + (2 + next(200)) * MINUTE;
      clock.at(due, () => void send(step, 0));
    } else {
      queue.counts(clock.now());
      if (next(5) > 0) continue;
      queue.purge(clock.now());
      queues.meter.used(queue);
    }
  }
  await clock.advance(40 * HOUR);
  const range = { from: start, to: clock.now() + MINUTE };
  const measured = Object.fromEntries(
    metrics
      .list(ACCOUNT)
      .map((series) => [
        `${series.dimensions[0]!.Value} ${series.name}`,
        points(series, series.units(range.from, range.to), range, MINUTE).map(
          ({ time, aggregate: { count, sum, cause } }) => [(time - start) / MINUTE, count, sum, cause].join(' '),
        ),
      ]),
  );
  return { measured, states: states.sort() };
}

test.each([1, 3, 4])(
  'whatever happens to the queue (seed %i)',
  async (seed) => {
    const { measured, states } = await play(seed, false);
    expect(Object.keys(measured)).toHaveLength(9 + 8);
    expect(measured['jobs ApproximateNumberOfMessagesVisible']!.length).toBeGreaterThan(1000);
    for (const which of configurations) expect(states.join()).toContain(which.join(' '));
    const eachMinute = await play(seed, true);
    expect(states).toEqual(eachMinute.states);
    expect(measured).toEqual(eachMinute.measured);
  },
  30_000,
);
