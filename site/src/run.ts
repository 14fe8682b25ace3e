/** A button that lets a figure's time run until it is pressed again, or until nobody looks. */
import { button } from './shell.ts';

export interface Runner {
  readonly button: HTMLButtonElement;
  pause(): void;
}

/** Who wants less motion gets steps instead: as fast, six times as far each, and six times as seldom. */
export function runner(figure: HTMLElement, step: number, pass: (time: number) => void, paused: () => void): Runner {
  let timer: ReturnType<typeof setInterval> | undefined;
  const pause = (): void => {
    clearInterval(timer);
    timer = undefined;
    element.textContent = 'Run';
  };
  const element = button('Run', () => {
    if (timer !== undefined) {
      pause();
      paused();
      return;
    }
    element.textContent = 'Pause';
    const times = matchMedia('(prefers-reduced-motion: reduce)').matches ? 6 : 1;
    timer = setInterval(() => pass(step * times), 400 * times);
  });
  new IntersectionObserver(([entry]) => entry!.isIntersecting || pause()).observe(figure);
  return { button: element, pause };
}
