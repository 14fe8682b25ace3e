/** What scrolls sideways must be reachable by keyboard, and only that: otherwise each listing would cost a press of Tab. */
export function scrollersByKeyboard(): void {
  const scrollers = [...document.querySelectorAll<HTMLElement>('pre, .table')];
  const names = namesOf(scrollers);
  const update = (): void => {
    for (const [index, element] of scrollers.entries()) {
      if (element.scrollWidth > element.clientWidth) {
        element.tabIndex = 0;
        element.setAttribute('role', 'region');
        element.setAttribute('aria-label', `${names[index]}, scrolls sideways`);
      } else {
        for (const name of ['tabindex', 'role', 'aria-label']) element.removeAttribute(name);
      }
    }
  };
  const watcher = new ResizeObserver(update);
  for (const element of scrollers) watcher.observe(element);
}

/** By the caption, or by what it stands under; those that share one are counted, as no two regions may have one name. */
function namesOf(scrollers: readonly HTMLElement[]): string[] {
  const headings = [...document.querySelectorAll('article :is(h1, h2, h3)')];
  const seen = new Map<string, number>();
  return scrollers.map((element) => {
    const kind = element.matches('pre') ? 'Code' : 'Table';
    const caption = element.parentElement?.querySelector(':scope > :is(figcaption, summary)')?.textContent;
    const above = headings.findLast(
      (heading) => heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const name = caption ? `${kind}: ${caption}` : `${kind} in “${above?.textContent ?? document.title}”`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}, ${count}`;
  });
}
