/** What lies in a folder, as it is counted on its disk. */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes, of links those of the link itself; looks no further once there are more than `enough`. What goes meanwhile is not there. */
export async function sizeOf(folder: string, enough: number): Promise<number> {
  const known = new Set<number>();
  const folders = [folder];
  let size = 0;
  for (let one = folders.pop(); one !== undefined && size <= enough; one = folders.pop()) {
    const entries: readonly Dirent[] = await readdir(one, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(one, entry.name);
      const found = await lstat(path).catch(() => undefined);
      if (!found || (found.nlink > 1 && known.has(found.ino))) continue;
      if (found.isDirectory()) folders.push(path);
      else if (found.nlink > 1) known.add(found.ino);
      size += found.blocks * 512;
      if (size > enough) break;
    }
  }
  return size;
}
