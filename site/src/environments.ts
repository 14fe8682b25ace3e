/** Knobs for the figure of execution environments: each turn draws the minute again from the same model. */
import { drawing, table } from '../figures/environments/draw.ts';
import { defaults, describe, goals, type Minute, type Parameters, simulate } from '../figures/environments/model.ts';
import { button, shell } from './shell.ts';

interface Knob {
  readonly name: Exclude<keyof Parameters, 'seed'>;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit: string;
}

const knobs: readonly Knob[] = [
  { name: 'requests', label: 'Requests in the minute', min: 1, max: 20, step: 1, unit: '' },
  { name: 'work', label: 'Work for each', min: 0.5, max: 20, step: 0.5, unit: ' s' },
  { name: 'init', label: 'INIT takes', min: 0.5, max: 5, step: 0.5, unit: ' s' },
  { name: 'idle', label: 'Kept when idle for', min: 1, max: 60, step: 1, unit: ' s' },
];

export function start(figure: HTMLElement): void {
  let parameters: Parameters = defaults;
  const canvas = figure.querySelector('.canvas')!;
  const words = figure.querySelector('.words')!;
  const tabled = figure.querySelector('.table')!;
  const box = shell<Minute>(figure, 'Turn the knobs');

  const show = (): void => {
    const result = simulate(parameters);
    canvas.innerHTML = drawing(result);
    words.textContent = describe(result);
    tabled.innerHTML = table(result);
    box.tick(result);
  };
  const sliders = knobs.map(({ name, unit, ...knob }) => ({
    name,
    slider: box.knob({ ...knob, value: defaults[name], shown: (value) => `${value}${unit}` }, (value) => {
      parameters = { ...parameters, [name]: value };
      show();
    }),
  }));
  box.buttons(
    button('Another minute', () => {
      parameters = { ...parameters, seed: parameters.seed + 1 };
      show();
    }),
    button('Start over', () => {
      parameters = defaults;
      for (const { name, slider } of sliders) slider.set(defaults[name]);
      show();
    }),
  );
  box.tasks(goals);
  show();
}
