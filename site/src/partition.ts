/** The figure of a partition: what a site that is cut off does about handles and about counts, and when the way breaks. */
import { shown } from '../figures/partition/controls.ts';
import { choices, describe, drawing, events, merges, table } from '../figures/partition/draw.ts';
import { defaults, goals, type Parameters, simulate } from '../figures/partition/model.ts';
import { say } from './say.ts';
import { shell } from './shell.ts';

export function start(figure: HTMLElement): void {
  let parameters: Parameters = defaults;
  const box = shell(figure, goals);
  const [canvas, words] = [box.part('.canvas'), box.part('.words')];
  const [list, tabled] = [box.part('.changes'), box.part('.table')];

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

  const lists = [
    box.choice('handles', (index) => changeAndTell({ handles: choices[index]![0] })),
    box.choice('counts', (index) => changeAndTell({ counts: choices[index]![0] })),
    box.choice('merge', (index) => changeAndTell({ merge: merges[index]![0] })),
  ];
  const sliders = box.sliders(shown, defaults, (name, value) => change({ [name]: value }));
  box.button('another', () => changeAndTell({ seed: parameters.seed + 1 }));
  box.button('over', () => {
    // Each list begins with its default.
    for (const element of lists) element.selectedIndex = 0;
    sliders.set(defaults);
    changeAndTell(defaults);
  });
  change(defaults);
}
