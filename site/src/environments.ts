/** Knobs for the figure of execution environments: each turn draws the minute again from the same model. */
import { drawing, table } from '../figures/environments/draw.ts';
import { defaults, describe, goals, type Parameters, simulate } from '../figures/environments/model.ts';

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

  const controls = document.createElement('fieldset');
  controls.className = 'controls';
  const legend = document.createElement('legend');
  legend.textContent = 'Turn the knobs';
  controls.append(legend);
  const list = document.createElement('ul');
  list.className = 'tasks';
  const tasks = goals.map((goal) => {
    const item = document.createElement('li');
    list.append(item);
    return { goal, item, done: false };
  });

  const show = (): void => {
    const result = simulate(parameters);
    canvas.innerHTML = drawing(result);
    words.textContent = describe(result);
    tabled.innerHTML = table(result);
    for (const task of tasks) {
      task.done ||= task.goal.met(result);
      task.item.textContent = `${task.done ? '✓ Done: ' : '○ To do: '}${task.goal.text}`;
    }
  };

  const inputs = knobs.map((knob) =>
    addKnob(controls, knob, (value) => {
      parameters = { ...parameters, [knob.name]: value };
      show();
    }),
  );
  const buttons = document.createElement('div');
  buttons.className = 'buttons';
  buttons.append(
    button('Another minute', () => {
      parameters = { ...parameters, seed: parameters.seed + 1 };
      show();
    }),
    button('Start over', () => {
      parameters = defaults;
      for (const input of inputs) input.reset();
      show();
    }),
  );
  controls.append(buttons, list);
  canvas.before(controls);
  show();
}

function addKnob(parent: Element, knob: Knob, changed: (value: number) => void): { reset(): void } {
  const row = document.createElement('label');
  const input = document.createElement('input');
  const value = document.createElement('output');
  Object.assign(input, { type: 'range', min: String(knob.min), max: String(knob.max), step: String(knob.step) });
  const set = (number: number): void => {
    input.value = String(number);
    value.textContent = `${number}${knob.unit}`;
    input.setAttribute('aria-valuetext', value.textContent);
  };
  input.addEventListener('input', () => {
    set(Number(input.value));
    changed(Number(input.value));
  });
  const name = document.createElement('span');
  name.textContent = knob.label;
  row.append(name, input, value);
  parent.append(row);
  set(defaults[knob.name]);
  return { reset: () => set(defaults[knob.name]) };
}

function button(label: string, pressed: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = label;
  element.addEventListener('click', pressed);
  return element;
}
