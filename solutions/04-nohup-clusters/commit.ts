import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setting } from './settings.ts';
import { is, list, s3 } from './store.ts';
import type { Committed, Done, File } from './types.ts';

const folder = (): string => `${setting('RUN')}/done/`;

// #region commit
export const commit = ({ key, eTag }: File, pages: number): Promise<Committed> => write({ key, eTag, pages });

export const quarantine = ({ key, eTag }: File, reason: string): Promise<Committed> => write({ key, eTag, reason });

/** One object for both: a file cannot be counted and put aside. The first one stays, whoever comes later. */
async function write(one: Done): Promise<Committed> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: setting('BUCKET'),
        Key: `${folder()}${one.key}.json`,
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
  const objects = await list(setting('BUCKET'), folder());
  return new Set(objects.map(({ key }) => key.slice(folder().length, -'.json'.length)));
}
