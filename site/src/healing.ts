/** The figure of workers that die: somebody to strike, knobs for lease and healer, and time that is stepped or runs. */
import { describe, drawing, events, table } from '../figures/healing/draw.ts';
import {
  advance,
  type Blow,
  begin,
  defaults,
  goals,
  type Parameters,
  type State,
  strike,
} from '../figures/healing/model.ts';
import { runner } from './run.ts';
import { say } from './say.ts';
import { button, field, make, select, shell } from './shell.ts';

const seconds = (value: number): string => `${value} s`;
const conditions = [true, false];

export function start(figure: HTMLElement): void {
  const [canvas, words, list, tabled] = ['.canvas', '.words', '.changes', '.table'].map(
    (name) => figure.querySelector(name)!,
  ) as [Element, Element, Element, Element];
  let parameters: Parameters = defaults;
  let state: State = begin(parameters.seed);
  const box = shell<State>(figure, 'Let time pass, and strike');

  const show = (next: State): void => {
    state = next;
    canvas.innerHTML = drawing(state);
    words.textContent = describe(state);
    list.innerHTML = events(state);
    tabled.innerHTML = table(state);
    victim.length = Math.min(victim.length, state.workers.length);
    for (const { name } of state.workers.slice(victim.length)) victim.append(make('option', { textContent: name }));
    box.tick(state);
  };
  const pass = (time: number): void => show(advance(state, parameters, time));
  const tell = (): void => say(words.textContent);
  const { button: run, pause } = runner(figure, 2, pass, tell);

  const sliders = (
    [
      ['lease', 'A lease holds for', 9, 120, 3],
      ['stale', 'The healer waits for', 10, 180, 5],
    ] as const
  ).map(([name, label, min, max, step]) => ({
    name,
    slider: box.knob({ label, min, max, step, value: defaults[name], shown: seconds }, (value) => {
      parameters = { ...parameters, [name]: value };
    }),
  }));
  const condition = select(['only if there is none', 'in any case'], (index) => {
    parameters = { ...parameters, conditional: conditions[index]! };
  });
  const victim = select([], () => undefined);
  box.controls.append(field('A result is put', condition), field('Worker', victim));
  const act = (label: string, next: () => State): HTMLButtonElement =>
    button(label, () => {
      show(next());
      tell();
    });
  const blow = (label: string, kind: Blow): HTMLButtonElement =>
    act(label, () => strike(state, state.workers[victim.selectedIndex]!.name, kind));
  box.buttons(
    act('1 second', () => advance(state, parameters, 1)),
    act('10 seconds', () => advance(state, parameters, 10)),
    run,
    blow('Kill it', 'kill'),
    blow('Freeze it', 'freeze'),
    blow('Thaw it', 'thaw'),
    act('Start over', () => {
      pause();
      parameters = defaults;
      for (const { name, slider } of sliders) slider.set(defaults[name]);
      condition.selectedIndex = 0;
      victim.selectedIndex = 0;
      return begin(parameters.seed);
    }),
  );
  box.tasks(goals);
  show(state);
}
