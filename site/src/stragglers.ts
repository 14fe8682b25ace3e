/** The figure of loads that are not equal: files, workers, and the way in which the one are shared out among the others. */
import { shown } from '../figures/stragglers/controls.ts';
import { drawing, table, ways } from '../figures/stragglers/draw.ts';
import { defaults, describe, goals, type Parameters, simulate } from '../figures/stragglers/model.ts';
import { say } from './say.ts';
import { shell } from './shell.ts';

export function start(figure: HTMLElement): void {
  let parameters: Parameters = defaults;
  const box = shell(figure, goals);
  const [canvas, words, tabled] = [box.part('.canvas'), box.part('.words'), box.part('.table')];

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

  const way = box.choice('way', (index) => changeAndTell({ way: ways[index]![0] }));
  const sliders = box.sliders(shown, defaults, (name, value) => change({ [name]: value }));
  box.button('another', () => changeAndTell({ seed: parameters.seed + 1 }));
  box.button('over', () => {
    way.selectedIndex = 0;
    sliders.set(defaults);
    changeAndTell(defaults);
  });
  change(defaults);
}
