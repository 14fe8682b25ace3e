/** Folders of answers that are put together for a run; one for each process, so that two runs do not meet. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../alive.mjs';
import { STATE } from '../paths.ts';

const BUILT = join(STATE, 'prove');
export const built = join(BUILT, String(process.pid));

/** Removes what this run has put together, and what runs left behind that did not come to their end. */
export async function removeBuilt(): Promise<void> {
  await rm(built, { recursive: true, force: true });
  if (!existsSync(BUILT)) return;
  for (const pid of await readdir(BUILT)) {
    if (!isAlive(Number(pid))) await rm(join(BUILT, pid), { recursive: true, force: true });
  }
}
