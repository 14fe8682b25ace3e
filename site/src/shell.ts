/** What figures with knobs share: their controls, which stand in the page, are taken in hand; goals are ticked. */
import { type Shown, taskText } from '../figures/controls.ts';
import type { Goal } from '../figures/goals.ts';

export interface Shell<Result> {
  /** The element inside the figure. Throws when there is none. */
  part(selector: string): HTMLElement;
  input(name: string): HTMLInputElement;
  /** Takes in hand all sliders that are named, and returns what sets them. */
  sliders<Name extends string>(
    shown: Shown<Name>,
    values: Readonly<Record<Name, number>>,
    changed: (name: Name, value: number) => void,
  ): Sliders<Name>;
  /** A list to choose from, its first entry chosen. */
  choice(name: string, changed: (index: number) => unknown): HTMLSelectElement;
  button(name: string, pressed: () => void): HTMLButtonElement;
  /** Ticks the goals that a result meets; a goal once met stays so. */
  tick(result: Result): void;
}

export interface Sliders<Name extends string> {
  set(values: Readonly<Record<Name, number>>): void;
  /** What a slider's value is read out as, where that is not what is shown. */
  speak(name: Name, words: string): void;
}

/** Puts the controls of a figure to use. */
export function shell<Result>(figure: HTMLElement, goals: readonly Goal<Result>[]): Shell<Result> {
  const part = (selector: string): HTMLElement => {
    const found = figure.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`The figure ${figure.dataset.figure} has no ${selector}.`);
    return found;
  };
  const controls = part('.controls') as HTMLFieldSetElement;
  controls.disabled = false;
  const named = (name: string) => part(`.controls [name="${name}"]`);
  const tasks = [...controls.querySelectorAll('.tasks li')].map((item, index) => ({
    item,
    goal: goals[index]!,
    done: false,
  }));
  return {
    part,
    input: (name) => named(name) as HTMLInputElement,
    sliders(shown, values, changed) {
      const names = Object.keys(shown) as (keyof typeof shown)[];
      const inputs = new Map(names.map((name) => [name, named(name) as HTMLInputElement]));
      const show = (name: (typeof names)[number], value: number): void => {
        const input = inputs.get(name)!;
        const text = shown[name](value);
        input.value = String(value);
        input.nextElementSibling!.textContent = text;
        input.setAttribute('aria-valuetext', text);
      };
      const set = (all: typeof values): void => {
        for (const name of names) show(name, all[name]);
      };
      for (const [name, input] of inputs) {
        input.addEventListener('input', () => {
          show(name, Number(input.value));
          changed(name, Number(input.value));
        });
      }
      set(values);
      return { set, speak: (name, words) => inputs.get(name)!.setAttribute('aria-valuetext', words) };
    },
    choice(name, changed) {
      const list = named(name) as HTMLSelectElement;
      list.selectedIndex = 0;
      list.addEventListener('change', () => changed(list.selectedIndex));
      return list;
    },
    button(name, pressed) {
      const button = named(name) as HTMLButtonElement;
      button.addEventListener('click', pressed);
      return button;
    },
    tick(result) {
      for (const task of tasks) {
        task.done ||= task.goal.met(result);
        task.item.textContent = taskText(task.goal.text, task.done);
      }
    },
  };
}
