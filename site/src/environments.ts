/** Knobs for the figure of execution environments: each turn draws the minute again from the same model. */
import { shown } from '../figures/environments/controls.ts';
import { drawing, table } from '../figures/environments/draw.ts';
import { defaults, describe, goals, type Parameters, simulate } from '../figures/environments/model.ts';
import { shell } from './shell.ts';

export function start(figure: HTMLElement): void {
  let parameters: Parameters = defaults;
  const box = shell(figure, goals);
  const [canvas, words, tabled] = [box.part('.canvas'), box.part('.words'), box.part('.table')];

  const change = (changed: Partial<Parameters>): void => {
    parameters = { ...parameters, ...changed };
    const result = simulate(parameters);
    canvas.innerHTML = drawing(result);
    words.textContent = describe(result);
    tabled.innerHTML = table(result);
    box.tick(result);
  };
  const sliders = box.sliders(shown, defaults, (name, value) => change({ [name]: value }));
  box.button('another', () => change({ seed: parameters.seed + 1 }));
  box.button('over', () => {
    sliders.set(defaults);
    change(defaults);
  });
  change(defaults);
}
