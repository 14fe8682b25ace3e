/**
 * Another way: the cache of the secret is a small closure over a promise that removes itself when it fails or grows old,
 * so overlapping readers share one read; and the work folder has one fixed name, but is emptied before it is used.
 */
import { createHmac } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { countFolder } from './count-folder.ts';

const { RESULTS_BUCKET, SECRET_BUCKET, SECRET_KEY, SECRET_TTL } = process.env;
const s3 = new S3({});
const work = path.join(os.tmpdir(), 'pages');

function kept<T>(seconds: number, make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  let made = 0;
  return () => {
    if (value && Date.now() - made < seconds * 1000) return value;
    made = Date.now();
    const fresh = make();
    value = fresh;
    fresh.catch(() => {
      if (value === fresh) value = undefined;
    });
    return fresh;
  };
}

const secret = kept(Number(SECRET_TTL), async () => {
  const { Body } = await s3.getObject({ Bucket: SECRET_BUCKET, Key: SECRET_KEY });
  return (await Body!.transformToString()).trim();
});

export async function handler({ job, bucket, keys }: { job: string; bucket: string; keys: readonly string[] }) {
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work);
  for (const key of keys) {
    const { Body } = await s3.getObject({ Bucket: bucket, Key: key });
    const name = `${Buffer.from(key).toString('base64url').slice(-40)}-${keys.indexOf(key)}.pdf`;
    fs.writeFileSync(path.join(work, name), await Body!.transformToByteArray());
  }
  const pages = await countFolder(work);
  fs.rmSync(work, { recursive: true, force: true });

  const signature = createHmac('sha256', await secret())
    .update(`${job}:${pages}`)
    .digest('hex');
  const Body = JSON.stringify({ job, pages, signature });
  await s3.putObject({ Bucket: RESULTS_BUCKET, Key: `${job}.json`, Body });
  return { job, pages, signature };
}
