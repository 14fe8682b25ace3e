/**
 * Step 4.9: how often a file has been begun
 *
 *   attempt(file)   counts, and resolves with how many times the file has been begun by anybody, this time included
 *
 * It is called before the file is read. Some files end every worker that reads them, and such a worker tells nothing to anybody
 * afterwards. The count is kept where it outlives them all: below RUN/state/ in BUCKET, or in TABLE.
 */
import type { File } from './types.ts';

const begun = new Map<string, number>();

export async function attempt({ key }: File): Promise<number> {
  // Your part: whose memory is this?
  const times = (begun.get(key) ?? 0) + 1;
  begun.set(key, times);
  return times;
}
