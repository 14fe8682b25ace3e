import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { countFolder } from './count-folder.ts';

interface Job {
  readonly job: string;
  readonly bucket: string;
  readonly keys: readonly string[];
}

// These two may outlive an invocation: neither knows anything of a job, and losing them costs time, not truth.
const s3 = new S3Client();
let cached: { readonly secret: string; readonly until: number } | undefined;

export async function handler(event: Job) {
  const secret = await signingSecret();
  const pages = await countPages(event);
  const signature = createHmac('sha256', secret).update(`${event.job}:${pages}`).digest('hex');
  const result = { job: event.job, pages, signature };
  // Awaited: after the return this environment is frozen, with whatever it still had to do.
  await s3.send(
    new PutObjectCommand({
      Bucket: process.env.RESULTS_BUCKET,
      Key: `${event.job}.json`,
      ContentType: 'application/json',
      Body: JSON.stringify(result),
    }),
  );
  return result;
}

async function signingSecret(): Promise<string> {
  // The age is taken from before the read: the secret may have been replaced while it was on its way.
  const asked = Date.now();
  if (!cached || asked >= cached.until) {
    const secret = (await read(process.env.SECRET_BUCKET!, process.env.SECRET_KEY!)).toString('utf8').trim();
    // Only a secret that arrived is kept. A failed read leaves nothing behind.
    cached = { secret, until: asked + Number(process.env.SECRET_TTL) * 1000 };
  }
  return cached.secret;
}

async function countPages({ bucket, keys }: Job): Promise<number> {
  // The temporary folder outlives us, and a timeout leaves it as it was: nothing in it is ours unless we made it now.
  const folder = await mkdtemp(join(tmpdir(), 'job-'));
  try {
    for (const [i, key] of keys.entries()) await writeFile(join(folder, `${i}.pdf`), await document(bucket, key));
    return await countFolder(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const documents = new Map<string, Buffer>();

async function document(bucket: string, key: string): Promise<Buffer> {
  const known = documents.get(key) ?? (await read(bucket, key));
  documents.set(key, known);
  return known;
}

async function read(bucket: string, key: string): Promise<Buffer> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from(await object.Body!.transformToByteArray());
}
