/** `npm start`: the book on localhost, lab 1 graded once, and what to do next. Stays until Ctrl-C. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { removeWhenWeDie } from '../../cloud/core/folder.ts';
import { gradeOnce } from '../cli/grade.ts';
import { end, endOnSignals, own } from '../cli/own.ts';
import { currentLab, nextStep, readProgress } from '../cli/progress.ts';
import { UserError } from '../files.ts';
import { loadLabs, stepName } from '../labs/load.ts';
import { text } from './text.ts';

async function start(): Promise<void> {
  if (process.argv.length > 2) throw new UserError(text.noWords(process.argv.slice(2)));
  const labs = loadLabs();
  const first = labs[0];
  if (!first) throw new UserError(text.noLabs);
  // Vite and the cloud start at the same time; Vite is what takes longer to load.
  const { serveSite } = await import('../../site/index.ts');
  const temporary = await mkdtemp(join(tmpdir(), 'workbook-start-'));
  own(() => rm(temporary, { recursive: true, force: true }));
  removeWhenWeDie(temporary);
  const serving = serveSite({
    temporary,
    progress: async () => {
      const { labs: done } = await readProgress();
      return { labs: Object.fromEntries(Object.entries(done).map(([name, { steps }]) => [name, { steps }])) };
    },
  });
  own(async () => (await serving).close());
  // Its verdict is for reading: whatever it is, the book is served.
  await Promise.all([serving, gradeOnce({ lab: first, solution: false, sealed: false, json: false, all: false })]);
  const progress = await readProgress();
  const lab = currentLab(progress, labs);
  const next = nextStep(progress, lab);
  const lines = [
    '',
    text.book((await serving).url),
    ...(next ? [text.next(stepName(lab, next), next.title, next.files[0]!, lab.name)] : [text.done]),
    pc.dim(text.stays),
  ];
  console.log(lines.join('\n'));
}

endOnSignals();
try {
  await start();
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  await end(2);
}
