/** The reader's own last results, when the book is served by the workbook, which marks its pages so. */
import type { Progress, StepState } from '../progress.ts';

const words: Readonly<Record<StepState, string>> = {
  passed: '✓ passed',
  failed: '✗ not yet',
  'not-gradable': '○ not gradable here',
  error: '! could not be graded',
};

/** Shows them now, and again whenever the reader comes back from the terminal. */
export function showProgress(): void {
  if (document.documentElement.dataset.progress === undefined || !document.querySelector('.step, .ring')) return;
  const update = (): void => {
    if (document.visibilityState === 'visible') void show();
  };
  document.addEventListener('visibilitychange', update);
  update();
}

async function show(): Promise<void> {
  const answer = await fetch(new URL('progress.json', document.baseURI)).catch(() => undefined);
  // The server may have been stopped since: the page then stays as it is.
  if (!answer?.ok) return;
  const { labs } = (await answer.json()) as Progress;
  for (const card of document.querySelectorAll<HTMLElement>('.step')) {
    const state = labs[card.dataset.lab ?? '']?.steps[card.dataset.step ?? ''];
    const place = card.querySelector<HTMLElement>('.state');
    if (!state || !place) continue;
    place.textContent = `Your last run: ${words[state]}`;
    place.className = `state ${state}`;
    place.hidden = false;
  }
  for (const ring of document.querySelectorAll<HTMLElement>('.ring')) {
    const lab = labs[ring.dataset.lab ?? ''];
    if (!lab) continue;
    const states = Object.values(lab.steps);
    const passed = states.filter((state) => state === 'passed').length;
    ring.style.setProperty('--done', String(passed / Math.max(1, states.length)));
    ring.setAttribute('role', 'img');
    ring.setAttribute('aria-label', `${passed} of ${states.length} steps passed. `);
    ring.hidden = false;
  }
}
