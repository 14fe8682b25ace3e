/** What the learner has reached and read: `.workbook/progress.json`. Keyed by ids, which never change. */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readJson, writeJson } from '../files.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { STATE, shown } from '../paths.ts';
import { EMBEDDED, type Status, type Verdict } from '../run/verdict.ts';
import { text } from './text.ts';

const status = z.enum(['passed', 'failed', 'error', 'not-gradable']).optional().catch(undefined);

/** What another version calls otherwise costs this one step, and not the file. */
const known = (steps: Readonly<Record<string, Status | undefined>>): Record<string, Status> =>
  Object.fromEntries(Object.entries(steps).filter((entry): entry is [string, Status] => entry[1] !== undefined));

const schema = z.object({
  formatVersion: z.literal(1),
  labs: z.record(
    z.string(),
    z.object({
      /** By step: how its last run ended. */
      steps: z.record(z.string(), status).transform(known).default({}),
      /** By step: its first failing check, which is the one to debug. */
      failing: z.record(z.string(), z.string()).default({}),
      /** By step: how many of its hints were read. */
      hints: z.record(z.string(), z.number().int().nonnegative()).default({}),
    }),
  ),
});

export type Progress = z.infer<typeof schema>;

const file = join(STATE, 'progress.json');

const read = async () => schema.safeParse(await readJson(file));

/** Nothing is known where there is no file, or one that cannot be read. */
export async function readProgress(): Promise<Progress> {
  return (await read()).data ?? { formatVersion: 1, labs: {} };
}

async function change(lab: Lab, edit: (entry: Progress['labs'][string]) => void): Promise<Progress> {
  const { success, data: progress = { formatVersion: 1, labs: {} } } = await read();
  if (!success && existsSync(file)) await setAside();
  const entry = progress.labs[lab.name] ?? { steps: {}, failing: {}, hints: {} };
  progress.labs[lab.name] = entry;
  edit(entry);
  await writeJson(file, progress);
  return progress;
}

/** What is no progress that this workbook can read may be another one's, or a person's own edit. */
async function setAside(): Promise<void> {
  const aside = `${file}.unreadable-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(file, aside);
  console.error(text.progressAside(shown(file), shown(aside)));
}

/** An error says nothing about the learner's code, nor does an engine that cannot judge: what was known before stays. */
export const keepResults = (lab: Lab, verdict: Verdict): Promise<Progress> =>
  change(lab, ({ steps, failing }) => {
    for (const { id, status, checks } of verdict.steps) {
      if (status === 'error' && steps[id]) continue;
      // On another engine it is left for this machine's own cloud; where that cannot judge it either, nothing holds anybody up.
      if (status === 'not-gradable' && (steps[id] === 'passed' || verdict.engine !== EMBEDDED)) continue;
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

/** The first step that can be judged here and has not been passed. `but`: steps that are passed over. */
export const nextStep = (progress: Progress, lab: Lab, but: ReadonlySet<string> = new Set()): Step | undefined =>
  lab.steps.find((step) => {
    const status = statusOf(progress, lab, step);
    return status !== 'passed' && status !== 'not-gradable' && !but.has(step.id);
  });

/** The lab one is in: the first that is not done, or the last. */
export const currentLab = (progress: Progress, labs: readonly Lab[]): Lab =>
  labs.find((lab) => nextStep(progress, lab)) ?? labs.at(-1)!;
