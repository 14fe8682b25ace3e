/** A button that lets a figure's time run until it is pressed again, or until nobody looks. */
import type { Shell } from './shell.ts';

/**
 * Takes the button `run` in hand and returns what pauses. Who wants less motion gets steps instead: as fast, six times as
 * far each, and six times as seldom.
 */
export function runner(
  box: Shell<never>,
  figure: HTMLElement,
  step: number,
  pass: (time: number) => void,
  paused: () => void,
): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const pause = (): void => {
    clearInterval(timer);
    timer = undefined;
    button.textContent = 'Run';
  };
  const button = box.button('run', () => {
    if (timer !== undefined) {
      pause();
      paused();
      return;
    }
    button.textContent = 'Pause';
    const times = matchMedia('(prefers-reduced-motion: reduce)').matches ? 6 : 1;
    timer = setInterval(() => pass(step * times), 400 * times);
  });
  new IntersectionObserver(([entry]) => entry!.isIntersecting || pause()).observe(figure);
  return pause;
}
