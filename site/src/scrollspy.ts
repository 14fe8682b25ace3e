/** Marks in the contents the section that is being read: the last whose heading has passed the upper third of the window. */
export function followReading(): void {
  closeAfterChoice();
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.sections a')];
  const headings = links.flatMap((link) => document.getElementById(link.hash.slice(1)) ?? []);
  if (headings.length === 0) return;
  let current: HTMLAnchorElement | undefined;
  const mark = (): void => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3).length;
    const link = passed === 0 ? undefined : links[passed - 1];
    if (link === current) return;
    current?.removeAttribute('aria-current');
    link?.setAttribute('aria-current', 'true');
    current = link;
  };
  const watcher = new IntersectionObserver(mark, { rootMargin: '0px 0px -66% 0px' });
  for (const heading of headings) watcher.observe(heading);
  mark();
}

/** On narrow screens the contents lie over the text: a chosen section should be seen. */
function closeAfterChoice(): void {
  const contents = document.querySelector<HTMLElement>('#contents');
  contents?.addEventListener('click', (event) => {
    if ((event.target as Element).closest('a') && contents.matches(':popover-open')) contents.hidePopover();
  });
}
