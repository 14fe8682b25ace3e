/** The figure of schedules: an expression and a time zone to write or choose, a day to look from. */
import { examples, shown } from '../figures/cron/controls.ts';
import { changes, dayWords, drawing, firings, table } from '../figures/cron/draw.ts';
import { type Choice, dayOf, defaults, firstDay, goals, summary, yearOf, zones } from '../figures/cron/model.ts';
import { dayText, describe } from '../figures/cron/words.ts';
import { say } from './say.ts';
import { shell } from './shell.ts';

export function start(figure: HTMLElement): void {
  const box = shell(figure, goals);
  const [canvas, words, list] = [box.part('.canvas'), box.part('.words'), box.part('.changes')];
  const [heading, next, months] = [box.part('.listed'), box.part('.next'), box.part('.months')];
  const [text, wrong] = [box.input('expression'), box.part('.wrong')];
  let result = yearOf(defaults)!;
  let from = firstDay;

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
    day.set({ day: from });
    day.speak('day', dayWords(result, from));
  };
  const readAndTell = async (): Promise<void> => {
    await read();
    say(wrong.hidden ? describe(result) : wrong.textContent);
  };

  const example = box.choice('example', (index) => {
    write(examples[index]![1]);
    void readAndTell();
  });
  const zone = box.choice('zone', readAndTell);
  text.addEventListener('input', read);
  text.addEventListener('change', readAndTell);
  const day = box.sliders(shown, { day: from }, (_name, value) => {
    from = value;
    show();
  });
  box.button('change', () => {
    const days = result.changes.map((change) => dayOf(change.from) - 1);
    from = days.find((index) => index > from) ?? days[0] ?? from;
    show();
    say(dayWords(result, from));
  });
  box.button('over', () => {
    from = firstDay;
    example.selectedIndex = 0;
    write(defaults);
    void readAndTell();
  });
  write(defaults);
  void read();
}
