/** The figure of schedules: an expression and a time zone to write or choose, a day to look from. */
import { changes, dayWords, drawing, firings, table } from '../figures/cron/draw.ts';
import {
  type Choice,
  dayOf,
  defaults,
  firstDay,
  goals,
  summary,
  type Year,
  yearOf,
  zones,
} from '../figures/cron/model.ts';
import { dayText, describe, shortDay } from '../figures/cron/words.ts';
import { say } from './say.ts';
import { button, field, make, select, shell } from './shell.ts';

const examples: readonly (Choice & { readonly name: string })[] = [
  { name: 'Weekdays at 18:00', ...defaults },
  { name: '*/40: each 40 minutes?', expression: 'cron(*/40 * * * ? *)', zone: 'UTC' },
  { name: 'The second Tuesday', expression: 'cron(0 9 ? * TUE#2 *)', zone: 'America/New_York' },
  { name: 'The weekday nearest to the 1st', expression: 'cron(15 8 1W * ? *)', zone: 'Europe/London' },
  { name: 'Once', expression: 'at(2027-12-31T23:59:00)', zone: 'Pacific/Auckland' },
  { name: 'A line of crontab', expression: '0 18 * * 1-5', zone: 'UTC' },
  { name: 'Friday the 13th?', expression: 'cron(0 12 13 * FRI *)', zone: 'UTC' },
];

export function start(figure: HTMLElement): void {
  const part = (name: string): Element => figure.querySelector(name)!;
  const [canvas, words, list, heading, next, months] = [
    '.canvas',
    '.words',
    '.changes',
    '.listed',
    '.next',
    '.months',
  ].map(part) as [Element, Element, Element, Element, Element, Element];
  let result = yearOf(defaults)!;
  let from = firstDay;
  const box = shell<Year>(figure, 'Write a schedule, or choose one');

  const text = make('input', { type: 'text', spellcheck: false, autocapitalize: 'off', autocomplete: 'off' });
  const wrong = make('p', { className: 'wrong', id: 'cron-wrong', hidden: true });
  text.setAttribute('aria-describedby', wrong.id);
  const choice = (): Choice => ({ expression: text.value, zone: zones[zone.selectedIndex]! });
  const write = ({ expression, zone: name }: Choice): void => {
    text.value = expression;
    zone.selectedIndex = zones.indexOf(name);
  };

  /**
   * Reads what is written. What AWS would refuse leaves the drawing as it was and is explained; the words for that come
   * when they are first needed.
   */
  const read = async (): Promise<void> => {
    const accepted = yearOf(choice());
    text.setAttribute('aria-invalid', String(!accepted));
    wrong.hidden = accepted !== undefined;
    if (accepted) {
      result = accepted;
      box.tick(result);
      show();
      return;
    }
    const { refusal } = await import('../figures/cron/explain.ts');
    // It may have been mended in the meantime.
    if (!yearOf(choice())) wrong.textContent = refusal(text.value);
  };
  const show = (): void => {
    canvas.innerHTML = drawing(result, from);
    words.textContent = summary(result);
    list.innerHTML = changes(result);
    months.innerHTML = table(result);
    heading.textContent = `The next firings from ${dayText(from)} on:`;
    next.innerHTML = firings(result, from);
    day.set(from);
  };
  const readAndTell = async (): Promise<void> => {
    await read();
    say(wrong.hidden ? describe(result) : wrong.textContent);
  };

  const example = select(
    examples.map(({ name }) => name),
    (index) => {
      write(examples[index]!);
      void readAndTell();
    },
  );
  const zone = select(zones, readAndTell);
  text.addEventListener('input', read);
  text.addEventListener('change', readAndTell);
  box.controls.append(field('Examples', example), field('Expression', text), wrong, field('Time zone', zone));
  const day = box.knob(
    {
      label: 'List firings from',
      min: 0,
      max: result.days.length - 1,
      step: 1,
      value: from,
      shown: shortDay,
      spoken: (value) => dayWords(result, value),
    },
    (value) => {
      from = value;
      show();
    },
  );
  box.buttons(
    button('To the next clock change', () => {
      const days = result.changes.map((change) => dayOf(change.from) - 1);
      from = days.find((index) => index > from) ?? days[0] ?? from;
      show();
      say(dayWords(result, from));
    }),
    button('Start over', () => {
      from = firstDay;
      example.selectedIndex = 0;
      write(defaults);
      void readAndTell();
    }),
  );
  box.tasks(goals);
  write(defaults);
  void read();
}
