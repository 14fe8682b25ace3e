import { choice, controls, type Shown, slider, writing } from '../controls.ts';
import { type Choice, defaults, firstDay, goals, yearOf, zones } from './model.ts';
import { shortDay } from './words.ts';

export const examples: readonly (readonly [name: string, choice: Choice])[] = [
  ['Weekdays at 18:00', defaults],
  ['*/40: each 40 minutes?', { expression: 'cron(*/40 * * * ? *)', zone: 'UTC' }],
  ['The second Tuesday', { expression: 'cron(0 9 ? * TUE#2 *)', zone: 'America/New_York' }],
  ['The weekday nearest to the 1st', { expression: 'cron(15 8 1W * ? *)', zone: 'Europe/London' }],
  ['Once', { expression: 'at(2027-12-31T23:59:00)', zone: 'Pacific/Auckland' }],
  ['A line of crontab', { expression: '0 18 * * 1-5', zone: 'UTC' }],
  ['Friday the 13th?', { expression: 'cron(0 12 13 * FRI *)', zone: 'UTC' }],
];

export const shown: Shown<'day'> = { day: shortDay };

export const cronControls = (): string =>
  controls({
    title: 'Write a schedule, or choose one',
    rows: [
      choice(
        'example',
        'Examples',
        examples.map(([name]) => name),
      ),
      writing('expression', 'Expression', defaults.expression),
      choice('zone', 'Time zone', zones),
      slider('day', 'List firings from', { min: 0, max: yearOf(defaults)!.days.length - 1, value: firstDay }, shown),
    ],
    buttons: { change: 'To the next clock change', over: 'Start over' },
    goals,
  });
