/** Where things are in the repository. */
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const LABS = join(ROOT, 'labs');
/** What belongs to this copy of the workbook alone: progress, verdicts, backups. */
export const STATE = join(ROOT, '.workbook');
export const MODULES = join(ROOT, 'node_modules');

/** A path as one would type it from where one stands. */
export function shown(path: string): string {
  const from = relative(process.cwd(), path);
  return from.startsWith('..') ? path : from || '.';
}
