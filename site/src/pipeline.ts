/** The figure of the pipeline: documents to upload, knobs for the function, and time that is stepped or runs. */
import { describe, drawing, events, table } from '../figures/pipeline/draw.ts';
import {
  advance,
  begin,
  crash,
  defaults,
  goals,
  type Parameters,
  type State,
  upload,
} from '../figures/pipeline/model.ts';
import { runner } from './run.ts';
import { say } from './say.ts';
import { button, shell } from './shell.ts';

const seconds = (value: number): string => `${value} s`;

export function start(figure: HTMLElement): void {
  const [canvas, words, list, tabled] = ['.canvas', '.words', '.changes', '.table'].map(
    (name) => figure.querySelector(name)!,
  ) as [Element, Element, Element, Element];
  let parameters: Parameters = defaults;
  let state: State = begin;
  let amount = 60;
  const box = shell<State>(figure, 'Upload, and let time pass');

  const show = (next: State): void => {
    state = next;
    canvas.innerHTML = drawing(state);
    words.textContent = describe(state);
    list.innerHTML = events(state);
    tabled.innerHTML = table(state);
    box.tick(state);
  };
  const pass = (time: number): void => show(advance(state, parameters, time));
  const tell = (): void => say(describe(state));

  const { button: run, pause } = runner(figure, 10, pass, tell);

  const amounts = box.knob({ label: 'Documents', min: 1, max: 300, step: 1, value: amount, shown: String }, (value) => {
    amount = value;
  });
  const sliders = (
    [
      ['work', 'One document takes', 1, 10, 1],
      ['limit', 'Time limit of a run', 30, 600, 30],
      ['hidden', 'Visibility timeout', 10, 300, 10],
    ] as const
  ).map(([name, label, min, max, step]) => ({
    name,
    slider: box.knob({ label, min, max, step, value: defaults[name], shown: seconds }, (value) => {
      parameters = { ...parameters, [name]: value };
    }),
  }));
  const act = (label: string, next: () => State): HTMLButtonElement =>
    button(label, () => {
      show(next());
      tell();
    });
  box.buttons(
    act('Upload them', () => upload(state, parameters, amount)),
    act('10 seconds', () => advance(state, parameters, 10)),
    act('A minute', () => advance(state, parameters, 60)),
    run,
    act('Crash the function', () => crash(state)),
    act('Start over', () => {
      pause();
      parameters = defaults;
      amount = 60;
      amounts.set(amount);
      for (const { name, slider } of sliders) slider.set(defaults[name]);
      return begin;
    }),
  );
  box.tasks(goals);
  show(begin);
}
