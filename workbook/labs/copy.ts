/** The learner's own copy of a lab: made from the starter, never overwritten without a backup. */
import { existsSync, lstatSync } from 'node:fs';
import { cp, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAlive } from '../alive.mjs';
import { explain, makeFolder } from '../files.ts';
import { STATE, shown } from '../paths.ts';
import type { Lab } from './load.ts';

/** Makes `src/` where there is none. True when it was made now, by this process. */
export async function ensureCopy(lab: Lab): Promise<boolean> {
  // A link that leads nowhere is something, too: what is wrong with it is told by who reads it.
  if (lstatSync(lab.src, { throwIfNoEntry: false })) return false;
  const making = `${lab.src}.making-${process.pid}`;
  try {
    await removeCutOff(lab);
    await cp(lab.starter, making, { recursive: true });
    await rename(making, lab.src);
    return true;
  } catch (error) {
    await rm(making, { recursive: true, force: true }).catch(() => undefined);
    // Who watches the lab and who resets it may both have been at it.
    if (existsSync(lab.src)) return false;
    throw explain(error, lab.src);
  }
}

/** Removes what was left by who was killed in the middle of it. */
async function removeCutOff({ folder, src }: Lab): Promise<void> {
  const prefix = `${basename(src)}.making-`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

export interface Reset {
  readonly backup: string;
  /** The commands that bring back what was. */
  readonly undo: string;
}

/** Begins the lab anew; what was there is moved aside. Undefined when there was nothing. */
export async function resetCopy(lab: Lab): Promise<Reset | undefined> {
  if (!existsSync(lab.src)) {
    await ensureCopy(lab);
    return undefined;
  }
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const backup = join(STATE, 'backups', `${lab.name}-${stamp}`);
  try {
    await makeFolder(join(STATE, 'backups'));
    await rename(lab.src, backup);
  } catch (error) {
    throw explain(error, backup);
  }
  await ensureCopy(lab);
  return { backup, undo: `rm -r '${shown(lab.src)}' && mv '${shown(backup)}' '${shown(lab.src)}'` };
}
