/** The figure of workers that die: somebody to strike, knobs for lease and healer, and time that is stepped or runs. */
import { shown } from '../figures/healing/controls.ts';
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
import { shell } from './shell.ts';

export function start(figure: HTMLElement): void {
  let parameters: Parameters = defaults;
  let state: State = begin(parameters.seed);
  const box = shell(figure, goals);
  const [canvas, words] = [box.part('.canvas'), box.part('.words')];
  const [list, tabled] = [box.part('.changes'), box.part('.table')];

  const show = (next: State): void => {
    state = next;
    canvas.innerHTML = drawing(state);
    words.textContent = describe(state);
    list.innerHTML = events(state);
    tabled.innerHTML = table(state);
    victim.length = Math.min(victim.length, state.workers.length);
    for (const { name } of state.workers.slice(victim.length)) victim.add(new Option(name));
    box.tick(state);
  };
  const pass = (time: number): void => show(advance(state, parameters, time));
  const tell = (): void => say(words.textContent);
  const pause = runner(box, figure, 2, pass, tell);

  const sliders = box.sliders(shown, defaults, (name, value) => {
    parameters = { ...parameters, [name]: value };
  });
  const condition = box.choice('condition', (index) => {
    parameters = { ...parameters, conditional: index === 0 };
  });
  const victim = box.choice('victim', () => undefined);
  const act = (name: string, next: () => State) =>
    box.button(name, () => {
      show(next());
      tell();
    });
  act('second', () => advance(state, parameters, 1));
  act('seconds', () => advance(state, parameters, 10));
  for (const blow of ['kill', 'freeze', 'thaw'] satisfies readonly Blow[])
    act(blow, () => strike(state, state.workers[victim.selectedIndex]!.name, blow));
  act('over', () => {
    pause();
    parameters = defaults;
    sliders.set(defaults);
    condition.selectedIndex = 0;
    victim.selectedIndex = 0;
    return begin(parameters.seed);
  });
  show(state);
}
