/**
 * The soaks of the labs: more of the same than a step has time for, on one seed. A lab has one where it has a folder `soak` with a
 * soak.json, in which a step is described as in lab.json, without what is for learners.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../files.ts';
import type { Lab } from '../labs/load.ts';
import { type Step, stepSchema } from '../labs/schema.ts';
import { shown } from '../paths.ts';

const soakSchema = z.strictObject(
  stepSchema.pick({ title: true, files: true, test: true, needs: true, checks: true }).shape,
);

/** The lab with its soak as the only step; undefined when it has none. Throws `UserError` for a soak.json that cannot be used. */
export function soakOf(lab: Lab): { readonly lab: Lab; readonly step: Step } | undefined {
  const file = join(lab.folder, 'soak', 'soak.json');
  if (!existsSync(file)) return undefined;
  const soak = soakSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!soak.success) throw new UserError(`${shown(file)} cannot be used:\n${z.prettifyError(soak.error)}`);
  const step: Step = { ...soak.data, id: 'soak', points: 1, anchor: 'soak', hints: [{ title: 'none', body: 'none' }] };
  return { lab: { ...lab, steps: [step] }, step };
}
