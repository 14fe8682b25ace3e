/**
 * Step 4.5: logs that outlive their machine
 *
 * A program that runs beside the job and sends away what the job prints. It is started in the instance's home folder; the job's output is
 * in run/out.log and run/err.log, which grow. They may also appear later than this program, or never.
 *
 *   Environment  RUN, BUCKET; INTERVAL_SECONDS: a line is in S3 at most so many seconds after it was written, and one more
 *                SECRETS: names of variables, separated by commas, whose values no log may hold
 *   Objects      RUN/logs/INSTANCE/out/OFFSET.log and RUN/logs/INSTANCE/err/OFFSET.log: pieces of the two files. OFFSET is where
 *                a piece begins in its file, in bytes, with twelve digits. One after the other, in the order of their keys, they
 *                are the file.
 *                RUN/logs/INSTANCE/status.json: { "status": 0 }, the job's exit status, which is in run/status once it has ended
 *
 *   - Pieces end with a line's end, but for the last one of a file that does not.
 *   - A secret's value, and what looks like the id of an access key (AKIA or ASIA, and 16 capital letters or digits), is replaced
 *     by ***. Both hold for both files.
 *   - While S3 refuses, the job goes on, and so does its output. Nothing is left out because of that, and nothing is sent twice.
 *   - When run/status is there, all of the rest is sent, then the status, then the program ends. Who sees the status knows that the
 *     logs are complete.
 *   - On SIGTERM there are two seconds. It sends what it has and ends.
 */
import { existsSync, readFileSync } from 'node:fs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { instanceId } from './metadata.ts';
import { setting } from './settings.ts';
import { s3 } from './store.ts';

const folder = `${setting('RUN')}/logs/${await instanceId()}`;

// Your part: an instance that is killed never comes to this.
while (!existsSync('run/status')) await new Promise((resolve) => setTimeout(resolve, 1000));
for (const name of ['out', 'err']) {
  if (existsSync(`run/${name}.log`))
    await put(`${name}/${'0'.repeat(12)}.log`, readFileSync(`run/${name}.log`, 'utf8'));
}
await put('status.json', JSON.stringify({ status: Number(readFileSync('run/status', 'utf8')) }));

async function put(name: string, Body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: setting('BUCKET'), Key: `${folder}/${name}`, Body }));
}
