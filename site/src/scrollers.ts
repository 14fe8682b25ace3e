/** What scrolls sideways must be reachable by keyboard, and only that: otherwise each listing would cost a press of Tab. */
export function scrollersByKeyboard(): void {
  const scrollers = [...document.querySelectorAll<HTMLElement>('pre, .table')];
  const update = (): void => {
    for (const [index, element] of scrollers.entries()) {
      if (element.scrollWidth > element.clientWidth) {
        element.tabIndex = 0;
        element.setAttribute('role', 'region');
        element.setAttribute(
          'aria-label',
          `${element.matches('pre') ? 'Code' : 'Table'} ${index + 1}, scrolls sideways`,
        );
      } else {
        for (const name of ['tabindex', 'role', 'aria-label']) element.removeAttribute(name);
      }
    }
  };
  const watcher = new ResizeObserver(update);
  for (const element of scrollers) watcher.observe(element);
}
