/** Brings figures to life when they come near: who never reaches one never loads its code. */
const modules: Readonly<Record<string, () => Promise<{ start(figure: HTMLElement): void }>>> = {
  environments: () => import('./environments.ts'),
  cron: () => import('./cron.ts'),
  pipeline: () => import('./pipeline.ts'),
  credentials: () => import('./credentials.ts'),
  healing: () => import('./healing.ts'),
  stragglers: () => import('./stragglers.ts'),
  partition: () => import('./partition.ts'),
};

export function liveFigures(): void {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        void wake(target as HTMLElement);
      }
    },
    { rootMargin: '400px' },
  );
  for (const figure of document.querySelectorAll('[data-figure]')) watcher.observe(figure);
}

/** What begins empty keeps the room that its printed example had: it will be filled, and the text below should stay where it is. */
async function wake(figure: HTMLElement): Promise<void> {
  const load = modules[figure.dataset.figure ?? ''];
  if (!load) return;
  const { start } = await load();
  const parts = [...figure.querySelectorAll<HTMLElement>('.canvas, .words, .changes')];
  const heights = parts.map((part) => part.getBoundingClientRect().height);
  start(figure);
  for (const [index, part] of parts.entries())
    if (part.getBoundingClientRect().height < heights[index]!) part.style.minBlockSize = `${heights[index]}px`;
}
