/** The figure of loads that are not equal: files, workers, and the way in which the one are shared out among the others. */
import { drawing, table, ways } from '../figures/stragglers/draw.ts';
import {
  defaults,
  describe,
  goals,
  minutesText,
  type Parameters,
  type Run,
  simulate,
} from '../figures/stragglers/model.ts';
import { say } from './say.ts';
import { button, field, select, shell } from './shell.ts';

export function start(figure: HTMLElement): void {
  const [canvas, words, tabled] = ['.canvas', '.words', '.table'].map((name) => figure.querySelector(name)!) as [
    Element,
    Element,
    Element,
  ];
  let parameters: Parameters = defaults;
  const box = shell<Run>(figure, 'Share out the files');

  const change = (changed: Partial<Parameters>): void => {
    parameters = { ...parameters, ...changed };
    const run = simulate(parameters);
    canvas.innerHTML = drawing(run);
    words.textContent = describe(run);
    tabled.innerHTML = table(parameters);
    box.tick(run);
  };
  const changeAndTell = (changed: Partial<Parameters>): void => {
    change(changed);
    say(words.textContent);
  };

  const way = select(
    ways.map(([, text]) => text),
    (index) => changeAndTell({ way: ways[index]![0] }),
  );
  box.controls.append(field('Files are', way));
  const sliders = (
    [
      ['files', 'Files', 6, 40, 1, String],
      ['largest', 'The largest takes', 1, 40, 1, minutesText],
      ['workers', 'Workers', 2, 8, 1, String],
      ['slow', 'Worker 1 is slower by', 1, 4, 0.5, (value: number) => `× ${value}`],
    ] as const
  ).map(([name, label, min, max, step, shown]) => ({
    name,
    slider: box.knob({ label, min, max, step, value: defaults[name], shown }, (value) => change({ [name]: value })),
  }));
  box.buttons(
    button('Other files', () => changeAndTell({ seed: parameters.seed + 1 })),
    button('Start over', () => {
      way.selectedIndex = ways.findIndex(([name]) => name === defaults.way);
      for (const { name, slider } of sliders) slider.set(defaults[name]);
      changeAndTell(defaults);
    }),
  );
  box.tasks(goals);
  change(defaults);
}
