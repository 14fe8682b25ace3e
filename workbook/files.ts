/** Files that are there as a whole or not at all. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './alive.mjs';
import { shown } from './paths.ts';

/** Something that a person can put right; its message says how. No stack trace is shown for it. */
export class UserError extends Error {
  override name = 'UserError';
}

/** Writes beside the file and renames: whoever reads sees the old content or the new. Throws `UserError` where one may not write. */
export async function writeAtomic(path: string, content: string): Promise<void> {
  const making = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await makeFolder(dirname(path));
    await removeCutOff(path);
    await writeFile(making, content);
    await rename(making, path);
  } catch (error) {
    await rm(making, { force: true }).catch(() => undefined);
    throw explain(error, path);
  }
}

/** Removes what writers of this file have left that were killed before they came to the renaming. */
async function removeCutOff(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const pid = name.startsWith(prefix) ? /^(\d+)-[0-9a-f]{8}\.tmp$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(dirname(path), name), { force: true });
  }
}

/** With the folders above it. Node's own `recursive` takes the reason away: it says that nothing is there where one may not write. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
  }
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`);

/** The parsed file; undefined when there is none or what it holds is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A failure of the file system, told to people. */
export function explain(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const why: Readonly<Record<string, string>> = {
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'that folder is read-only',
    ENOSPC: 'the disk is full',
  };
  const reason = why[code ?? ''];
  return reason
    ? new UserError(
        `Cannot write ${shown(path)}: ${reason}. The workbook keeps your work and its results beside its own files; clone it into a folder of yours.`,
      )
    : error;
}
