/** The figure of credentials that expire: who begins the session, what the program does about its end, and when STS refuses. */
import { drawing, events, table, ways } from '../figures/credentials/draw.ts';
import {
  defaults,
  describe,
  goals,
  lengthText,
  longest,
  type Night,
  night,
  type Parameters,
  simulate,
} from '../figures/credentials/model.ts';
import { clockText } from '../figures/words.ts';
import { say } from './say.ts';
import { button, field, select, shell } from './shell.ts';

const chained = [true, false];

export function start(figure: HTMLElement): void {
  const [canvas, words, list, tabled] = ['.canvas', '.words', '.changes', '.table'].map(
    (name) => figure.querySelector(name)!,
  ) as [Element, Element, Element, Element];
  let parameters: Parameters = defaults;
  const box = shell<Night>(figure, 'Plan the night');

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

  const by = select(['a session (role chaining)', 'somebody from outside'], (index) =>
    changeAndTell({ chained: chained[index]! }),
  );
  const way = select(
    ways.map(([, text]) => text),
    (index) => changeAndTell({ way: ways[index]![0] }),
  );
  box.controls.append(field('Session begun by', by));
  const slider = (
    name: 'length' | 'margin' | 'outage',
    label: string,
    [min, max, step]: readonly [number, number, number],
    shown: (value: number) => string,
  ) => ({
    name,
    slider: box.knob({ label, min, max, step, value: defaults[name], shown }, (value) => change({ [name]: value })),
  });
  // A quarter of an hour is the least that AssumeRole takes: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  const length = slider('length', 'Session asked for', [15, longest, 15], lengthText);
  box.controls.append(field('The program', way));
  const sliders = [
    length,
    slider('margin', 'If ahead, by', [5, 45, 5], lengthText),
    slider('outage', 'STS refuses from', [0, night, 1], (value) => (value === 0 ? 'never' : clockText(value))),
  ];
  box.buttons(
    button('Another night', () => changeAndTell({ seed: parameters.seed + 1 })),
    button('Start over', () => {
      by.selectedIndex = chained.indexOf(defaults.chained);
      way.selectedIndex = ways.findIndex(([name]) => name === defaults.way);
      for (const { name, slider } of sliders) slider.set(defaults[name]);
      changeAndTell(defaults);
    }),
  );
  box.tasks(goals);
  change(defaults);
}
