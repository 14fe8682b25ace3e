/** What figures with knobs share: the box of controls, the goals that tick, sliders and buttons. */
import type { Goal } from '../figures/goals.ts';

export interface Shell<Result> {
  readonly controls: HTMLElement;
  /** Adds a slider. */
  knob(knob: Knob, changed: (value: number) => void): Slider;
  buttons(...buttons: readonly HTMLElement[]): void;
  /** Puts the goals below the controls added so far. */
  tasks(goals: readonly Goal<Result>[]): void;
  /** Ticks the goals that a result meets; a goal once met stays so. */
  tick(result: Result): void;
}

export interface Knob {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** How a value is shown beside the slider, and how it is read out when that is not the same. */
  shown(value: number): string;
  spoken?(value: number): string;
}

export interface Slider {
  set(value: number): void;
}

/** Puts an empty box of controls before the figure's drawing. */
export function shell<Result>(figure: HTMLElement, title: string): Shell<Result> {
  const controls = make('fieldset', { className: 'controls' }, make('legend', { textContent: title }));
  figure.querySelector('.canvas')!.before(controls);
  let tasks: { goal: Goal<Result>; item: HTMLElement; done: boolean }[] = [];
  return {
    controls,
    knob(knob, changed) {
      const slider = new KnobRow(knob, changed);
      controls.append(slider.row);
      return slider;
    },
    buttons: (...buttons) => controls.append(make('div', { className: 'buttons' }, ...buttons)),
    tasks(goals) {
      tasks = goals.map((goal) => ({ goal, item: make('li', {}), done: false }));
      controls.append(make('ul', { className: 'tasks' }, ...tasks.map(({ item }) => item)));
    },
    tick(result) {
      for (const task of tasks) {
        task.done ||= task.goal.met(result);
        task.item.textContent = `${task.done ? '✓ Done: ' : '○ To do: '}${task.goal.text}`;
      }
    },
  };
}

class KnobRow implements Slider {
  readonly row: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #value = make('output', {});

  constructor(
    private readonly knob: Knob,
    changed: (value: number) => void,
  ) {
    const { label, min, max, step } = knob;
    this.#input = make('input', { type: 'range', min: `${min}`, max: `${max}`, step: `${step}` });
    this.#input.addEventListener('input', () => {
      changed(Number(this.#input.value));
      this.set(Number(this.#input.value));
    });
    this.row = field(label, this.#input, this.#value);
    this.set(knob.value);
  }

  set(value: number): void {
    this.#input.value = String(value);
    this.#value.textContent = this.knob.shown(value);
    this.#input.setAttribute('aria-valuetext', this.knob.spoken?.(value) ?? this.knob.shown(value));
  }
}

/** A control with its name before it. */
export function field(name: string, ...controls: readonly HTMLElement[]): HTMLElement {
  return make('label', {}, make('span', { textContent: name }), ...controls);
}

export function button(label: string, pressed: () => void): HTMLButtonElement {
  const element = make('button', { type: 'button', textContent: label });
  element.addEventListener('click', pressed);
  return element;
}

export function select(options: readonly string[], changed: (index: number) => unknown): HTMLSelectElement {
  const element = make('select', {}, ...options.map((textContent) => make('option', { textContent })));
  element.addEventListener('change', () => changed(element.selectedIndex));
  return element;
}

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
  ...children: readonly HTMLElement[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
