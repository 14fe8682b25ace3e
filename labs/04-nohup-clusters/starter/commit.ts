/**
 * Step 4.8: one commit for each file
 *
 * A file is done when the object RUN/done/KEY.json is there, KEY being its key as it is. No memory, no log and no lease says so. The object
 * holds what came of the file, and nothing else than these three fields:
 *
 *   { "key", "eTag", "pages" }    it was counted        { "key", "eTag", "reason" }    it was put aside
 *
 *   commit(file, pages)        writes the first, unless the file is done already
 *   quarantine(file, reason)   writes the second, unless the file is done already
 *   done()                     the keys of all files that are done
 *
 *   - Whoever is first stays, and each file is written once: also when two are at it at the same moment, when one comes a day late,
 *     and when one has counted what the other puts aside.
 *   - The SDK repeats a call whose answer got lost; the answer may then be `already`, but no failure.
 */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setting } from './settings.ts';
import { readJson, s3 } from './store.ts';
import type { Committed, Done, File } from './types.ts';

export const commit = ({ key, eTag }: File, pages: number): Promise<Committed> => write('done', { key, eTag, pages });

export const quarantine = ({ key, eTag }: File, reason: string): Promise<Committed> =>
  write('quarantine', { key, eTag, reason });

export async function done(): Promise<Set<string>> {
  const index = await readJson<string[]>(`${setting('RUN')}/done/index.json`);
  return new Set(index?.value ?? []);
}

async function write(folder: string, one: Done): Promise<Committed> {
  await s3.send(
    new PutObjectCommand({
      Bucket: setting('BUCKET'),
      Key: `${setting('RUN')}/${folder}/${one.key}.json`,
      Body: JSON.stringify(one),
    }),
  );
  // Your part.
  return 'committed';
}
