/** The figure of credentials that expire: who begins the session, what the program does about its end, and when STS refuses. */
import { shown } from '../figures/credentials/controls.ts';
import { drawing, events, table, ways } from '../figures/credentials/draw.ts';
import { defaults, describe, goals, type Parameters, simulate } from '../figures/credentials/model.ts';
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

  const by = box.choice('by', (index) => changeAndTell({ chained: index === 0 }));
  const way = box.choice('way', (index) => changeAndTell({ way: ways[index]![0] }));
  const sliders = box.sliders(shown, defaults, (name, value) => change({ [name]: value }));
  box.button('another', () => changeAndTell({ seed: parameters.seed + 1 }));
  box.button('over', () => {
    // Each list begins with its default.
    for (const choice of [by, way]) choice.selectedIndex = 0;
    sliders.set(defaults);
    changeAndTell(defaults);
  });
  change(defaults);
}
