/** The figure of the pipeline: documents to upload, knobs for the function, and time that is stepped or runs. */
import { shown, amount as usual } from '../figures/pipeline/controls.ts';
import { describe, drawing, events, table } from '../figures/pipeline/draw.ts';
import { advance, begin, crash, defaults, goals, type State, upload } from '../figures/pipeline/model.ts';
import { runner } from './run.ts';
import { say } from './say.ts';
import { shell } from './shell.ts';

export function start(figure: HTMLElement): void {
  const first = { ...defaults, amount: usual };
  let parameters = first;
  let state: State = begin;
  const box = shell(figure, goals);
  const [canvas, words] = [box.part('.canvas'), box.part('.words')];
  const [list, tabled] = [box.part('.changes'), box.part('.table')];

  const show = (next: State): void => {
    state = next;
    canvas.innerHTML = drawing(state);
    words.textContent = describe(state);
    list.innerHTML = events(state);
    tabled.innerHTML = table(state);
    box.tick(state);
  };
  const tell = (): void => say(describe(state));
  const pause = runner(box, figure, 10, (time) => show(advance(state, parameters, time)), tell);

  const sliders = box.sliders(shown, first, (name, value) => {
    parameters = { ...parameters, [name]: value };
  });
  const act = (name: string, next: () => State) =>
    box.button(name, () => {
      show(next());
      tell();
    });
  act('upload', () => upload(state, parameters, parameters.amount));
  act('seconds', () => advance(state, parameters, 10));
  act('minute', () => advance(state, parameters, 60));
  act('crash', () => crash(state));
  act('over', () => {
    pause();
    parameters = first;
    sliders.set(first);
    return begin;
  });
  show(begin);
}
