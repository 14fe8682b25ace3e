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
        const figure = target as HTMLElement;
        void modules[figure.dataset.figure ?? '']?.().then(({ start }) => start(figure));
      }
    },
    { rootMargin: '400px' },
  );
  for (const figure of document.querySelectorAll('[data-figure]')) watcher.observe(figure);
}
