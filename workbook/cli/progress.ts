/** What the learner has reached and read: `.workbook/progress.json`. Keyed by ids, which never change. */
import { join } from 'node:path';
import * as z from 'zod';
import { readJson, writeJson } from '../files.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { STATE } from '../paths.ts';
import type { Status, Verdict } from '../run/verdict.ts';

const schema = z.object({
  formatVersion: z.literal(1),
  labs: z.record(
    z.string(),
    z.object({
      /** By step: how its last run ended. */
      steps: z.record(z.string(), z.enum(['passed', 'failed', 'error'])).default({}),
      /** By step: its first failing check, which is the one to debug. */
      failing: z.record(z.string(), z.string()).default({}),
      /** By step: how many of its hints were read. */
      hints: z.record(z.string(), z.number().int().nonnegative()).default({}),
    }),
  ),
});

export type Progress = z.infer<typeof schema>;

const file = join(STATE, 'progress.json');

/** Begins anew when there is no file, or one that cannot be read. */
export async function readProgress(): Promise<Progress> {
  const read = schema.safeParse(await readJson(file));
  return read.success ? read.data : { formatVersion: 1, labs: {} };
}

async function change(lab: Lab, edit: (entry: Progress['labs'][string]) => void): Promise<Progress> {
  const progress = await readProgress();
  const entry = progress.labs[lab.name] ?? { steps: {}, failing: {}, hints: {} };
  progress.labs[lab.name] = entry;
  edit(entry);
  await writeJson(file, progress);
  return progress;
}

/** An error says nothing about the learner's code, nor does an engine that cannot judge: what was known before stays. */
export const keepResults = (lab: Lab, verdict: Verdict): Promise<Progress> =>
  change(lab, ({ steps, failing }) => {
    for (const { id, status, checks } of verdict.steps) {
      if (status === 'not-gradable' || (status === 'error' && steps[id])) continue;
      steps[id] = status;
      const check = checks.find((one) => one.status === 'failed');
      if (check) failing[id] = check.id;
      else delete failing[id];
    }
  });

export const keepHint = (lab: Lab, step: Step, read: number): Promise<Progress> =>
  change(lab, ({ hints }) => {
    hints[step.id] = Math.max(read, hints[step.id] ?? 0);
  });

export const forgetLab = (lab: Lab): Promise<Progress> =>
  change(lab, (entry) => {
    entry.steps = {};
    entry.failing = {};
  });

export const statusOf = (progress: Progress, lab: Lab, step: Step): Status | undefined =>
  progress.labs[lab.name]?.steps[step.id];

/** The first step that has not been passed. */
export const nextStep = (progress: Progress, lab: Lab): Step | undefined =>
  lab.steps.find((step) => statusOf(progress, lab, step) !== 'passed');

/** The lab one is in: the first that is not done, or the last. */
export const currentLab = (progress: Progress, labs: readonly Lab[]): Lab =>
  labs.find((lab) => nextStep(progress, lab)) ?? labs.at(-1)!;
