/**
 * The soaks of the labs: more of the same than a step has time for, on one seed. A lab's are the files NAME.json in its folder `soak`,
 * in which a step is described as in lab.json, without what is for learners.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../files.ts';
import type { Lab } from '../labs/load.ts';
import { type Step, stepSchema } from '../labs/schema.ts';
import { shown } from '../paths.ts';

const soakSchema = z.strictObject(
  stepSchema.pick({ title: true, files: true, test: true, needs: true, checks: true }).shape,
);

export interface Soak {
  /** The lab with this soak as its only step. */
  readonly lab: Lab;
  /** Its id is the soak's name. */
  readonly step: Step;
}

/** In the order of their names. Throws `UserError` for a file that cannot be used. */
export function soaksOf(lab: Lab): Soak[] {
  const folder = join(lab.folder, 'soak');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const soak = soakSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      if (!soak.success) throw new UserError(`${shown(file)} cannot be used:\n${z.prettifyError(soak.error)}`);
      const id = basename(name, '.json');
      const step: Step = { ...soak.data, id, points: 1, anchor: id, hints: [{ title: 'none', body: 'none' }] };
      return { lab: { ...lab, steps: [step] }, step };
    });
}
