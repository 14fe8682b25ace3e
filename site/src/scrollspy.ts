/** Marks in the contents the section that is being read: the last whose heading has come to the top of the window. */
export function followReading(): void {
  closeAfterChoice();
  const contents = document.querySelector<HTMLElement>('#contents');
  const sections = [...document.querySelectorAll<HTMLAnchorElement>('.sections a')].flatMap((link) => {
    const heading = document.getElementById(link.hash.slice(1));
    return heading ? [{ link, heading }] : [];
  });
  if (!contents || sections.length === 0) return;
  let current: HTMLAnchorElement | undefined;
  const mark = (): void => {
    const link = sections[read(sections.map(({ heading, link }) => [heading, link.hash]))]?.link;
    if (link !== current) {
      current?.removeAttribute('aria-current');
      link?.setAttribute('aria-current', 'true');
      current = link;
      reveal(contents, link);
    }
  };
  let asked = false;
  const ask = (): void => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      mark();
    });
  };
  for (const event of ['scroll', 'scrollend', 'resize', 'hashchange']) addEventListener(event, ask, { passive: true });
  contents.addEventListener('toggle', () => reveal(contents, current));
  mark();
}

/** Pixels from the window's top: a heading that was jumped to comes to lie below the header, and above this. */
const line = 110;

/** Which section is read, or -1 above the first. */
function read(sections: readonly (readonly [heading: HTMLElement, hash: string])[]): number {
  const tops = sections.map(([heading]) => heading.getBoundingClientRect().top);
  const { scrollHeight } = document.documentElement;
  const atEnd = scrollY > 0 && scrollY + innerHeight > scrollHeight - 2;
  if (!atEnd) return tops.filter((top) => top < line).length - 1;
  // The last ones cannot come to the top. Who asked for one of those means it, and else it is the last.
  const asked = sections.findIndex(([, hash]) => hash === location.hash);
  return asked >= 0 && tops[asked]! >= line && tops[asked]! < innerHeight ? asked : sections.length - 1;
}

/** Scrolls the contents alone, as far as it takes to see the entry. */
function reveal(contents: HTMLElement, link: HTMLElement | undefined): void {
  if (!link) return;
  const [box, entry] = [contents.getBoundingClientRect(), link.getBoundingClientRect()];
  if (entry.top < box.top) contents.scrollTop -= box.top - entry.top;
  else if (entry.bottom > box.bottom) contents.scrollTop += entry.bottom - box.bottom;
}

/** On narrow screens the contents lie over the text: a chosen section should be seen. */
function closeAfterChoice(): void {
  const contents = document.querySelector<HTMLElement>('#contents');
  contents?.addEventListener('click', (event) => {
    if ((event.target as Element).closest('a') && contents.matches(':popover-open')) contents.hidePopover();
  });
}
