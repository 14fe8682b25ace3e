/**
 * Folders and files of ours in a folder that other people's programs have written to. What lies there may be a link to any file
 * of the machine, or one more name of it: nothing is followed, and what is not ours to keep makes room. Only while none of those
 * programs lives, as between the end of an instance and its next boot; or else one could put a link where we have just looked.
 */
import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Path of a real folder below `root`, made where there is none. */
export async function ownFolder(root: string, path: string): Promise<string> {
  let at = root;
  for (const part of path.split('/')) {
    at = join(at, part);
    const found = await lstat(at).catch(() => undefined);
    if (found?.isDirectory()) continue;
    await rm(at, { force: true });
    await mkdir(at);
  }
  return at;
}

/** Writes a new file below `root`, in the place of whatever is there. */
export async function ownFile(root: string, path: string, text: string): Promise<void> {
  const file = join(await ownFolder(root, dirname(path)), basename(path));
  await rm(file, { recursive: true, force: true });
  await writeFile(file, text, { mode: 0o644, flag: 'wx' });
}
