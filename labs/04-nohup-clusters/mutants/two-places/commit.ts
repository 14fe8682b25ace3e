import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setting } from './settings.ts';
import { is, list, s3 } from './store.ts';
import type { Committed, Done, File } from './types.ts';

const folder = (): string => `${setting('RUN')}/done/`;

// #region commit
export const commit = ({ key, eTag }: File, pages: number): Promise<Committed> => write('done', { key, eTag, pages });

export const quarantine = ({ key, eTag }: File, reason: string): Promise<Committed> =>
  write('quarantine', { key, eTag, reason });

async function write(place: string, one: Done): Promise<Committed> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: setting('BUCKET'),
        Key: `${setting('RUN')}/${place}/${one.key}.json`,
        ContentType: 'application/json',
        Body: JSON.stringify(one),
        IfNoneMatch: '*',
      }),
    );
    return 'committed';
  } catch (error) {
    if (is(error, 'PreconditionFailed')) return 'already';
    throw error;
  }
}
// #endregion commit

/** The name says which file it is: nobody has to read the objects for that. */
export async function done(): Promise<Set<string>> {
  const folders = [folder(), `${setting('RUN')}/quarantine/`];
  const objects = await Promise.all(folders.map((prefix) => list(setting('BUCKET'), prefix)));
  return new Set(
    objects.flatMap((found, at) => found.map(({ key }) => key.slice(folders[at]!.length, -'.json'.length))),
  );
}
