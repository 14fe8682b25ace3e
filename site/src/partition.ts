/** The figure of a partition: what a site that is cut off does about handles and about counts, and when the way breaks. */
import { choices, describe, drawing, events, merges, table } from '../figures/partition/draw.ts';
import { defaults, goals, type Hour, hour, type Parameters, simulate } from '../figures/partition/model.ts';
import { clockText } from '../figures/words.ts';
import { say } from './say.ts';
import { button, field, select, shell } from './shell.ts';

export function start(figure: HTMLElement): void {
  const [canvas, words, list, tabled] = ['.canvas', '.words', '.changes', '.table'].map(
    (name) => figure.querySelector(name)!,
  ) as [Element, Element, Element, Element];
  let parameters: Parameters = defaults;
  const box = shell<Hour>(figure, 'Choose for each operation');

  const change = (changed: Partial<Parameters>): void => {
    parameters = { ...parameters, ...changed };
    const result = simulate(parameters);
    canvas.innerHTML = drawing(result);
    words.textContent = describe(result);
    list.innerHTML = events(result);
    tabled.innerHTML = table(parameters);
    box.tick(result);
  };
  const changeAndTell = (changed: Partial<Parameters>): void => {
    change(changed);
    say(words.textContent);
  };
  /** A list to choose from, and what puts it back. */
  const choice = <Value>(
    label: string,
    values: readonly (readonly [Value, string])[],
    chosen: (value: Value) => Partial<Parameters>,
  ) => {
    const element = select(
      values.map(([, text]) => text),
      (index) => changeAndTell(chosen(values[index]![0])),
    );
    box.controls.append(field(label, element));
    return element;
  };
  const lists = [
    choice('Handles are kept in', choices, (handles) => ({ handles })),
    choice('Counts are kept in', choices, (counts) => ({ counts })),
    choice('Copies of a count are', merges, (merge) => ({ merge })),
  ];
  const slider = (name: 'from' | 'length', label: string, max: number, shown: (value: number) => string) => ({
    name,
    slider: box.knob({ label, min: 0, max, step: 1, value: defaults[name], shown }, (value) =>
      change({ [name]: value }),
    ),
  });
  const sliders = [
    slider('from', 'The way breaks at', hour, clockText),
    slider('length', 'and is broken for', 45, (value) => `${value} min`),
  ];
  box.buttons(
    button('Another hour', () => changeAndTell({ seed: parameters.seed + 1 })),
    button('Start over', () => {
      // Each list begins with its default.
      for (const element of lists) element.selectedIndex = 0;
      for (const { name, slider: knob } of sliders) knob.set(defaults[name]);
      changeAndTell(defaults);
    }),
  );
  box.tasks(goals);
  change(defaults);
}
