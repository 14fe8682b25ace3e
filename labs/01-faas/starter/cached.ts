/**
 * Step 1.3: what may outlive an invocation
 *
 * This page counter worked on its author's laptop. On Lambda it is wrong in several ways, and each of them has to do
 * with what an execution environment keeps from one invocation to the next. Repair it.
 *
 *   Event        { "job": "j-17", "bucket": "inbox", "keys": ["a.pdf", "b.pdf"] }
 *   Answer       { "job": "j-17", "pages": 12, "signature": "…" }
 *                pages:     of these documents as they are now, counted by `countFolder` (a program that only knows
 *                           folders; leave count-folder.ts as it is)
 *                signature: HMAC-SHA256 of `JOB:PAGES` (`j-17:12`) under the signing secret, in hex
 *   Also         the same JSON as object JOB.json in the bucket that RESULTS_BUCKET names, before the handler returns
 *   Secret       the text of object SECRET_KEY in bucket SECRET_BUCKET. It is replaced now and then. Environments that
 *                are warm reuse it, so that it is not read for every job; but one that was read more than SECRET_TTL
 *                seconds ago is not used any more.
 *   Failure      when a document or the secret cannot be read, the invocation fails. The next one tries afresh.
 *
 * An invocation may end by its time limit. Lambda then starts the code anew, in the same temporary folder, with
 * everything in it that the last invocation left there. The folder is small, and count-folder.ts fails when it is full:
 * remove what you no longer need, also when the job has failed.
 */
import { createHmac } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { countFolder } from './count-folder.ts';

interface Job {
  readonly job: string;
  readonly bucket: string;
  readonly keys: readonly string[];
}

let secret: Promise<string> | undefined;
let files = 0;

export async function handler(event: Job) {
  secret ??= read(process.env.SECRET_BUCKET!, process.env.SECRET_KEY!).then((bytes) => bytes.toString('utf8').trim());

  const folder = join(tmpdir(), 'work');
  await mkdir(folder, { recursive: true });
  for (const key of event.keys) {
    files += 1;
    await writeFile(join(folder, `${files}.pdf`), await read(event.bucket, key));
  }
  const pages = await countFolder(folder);

  const signature = createHmac('sha256', await secret)
    .update(`${event.job}:${pages}`)
    .digest('hex');
  const result = { job: event.job, pages, signature };
  keep(result);
  return result;
}

function keep(result: { readonly job: string }): void {
  new S3Client()
    .send(
      new PutObjectCommand({
        Bucket: process.env.RESULTS_BUCKET,
        Key: `${result.job}.json`,
        Body: JSON.stringify(result),
      }),
    )
    .catch((error) => console.error('the result was not kept:', error));
}

async function read(bucket: string, key: string): Promise<Buffer> {
  const object = await new S3Client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from(await object.Body!.transformToByteArray());
}
