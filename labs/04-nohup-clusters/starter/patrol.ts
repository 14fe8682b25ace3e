/**
 * A program that runs for hours, for step 4.6. Given; nothing to do here.
 *
 * Every five minutes it writes an object, and once an hour ten at a time, with two clients that share the credentials of credentials.ts.
 * Once it tries to write where it has no business. What it cannot do, it prints, and goes on.
 *
 *   RUN_ROLE   ARN of the role to work as       HOURS   how long
 *   Objects    RUN/patrol/NUMBER.json in BUCKET, and the attempt at other-RUN/patrol.json
 */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { credentialsOf } from './credentials.ts';
import { numberOf, setting } from './settings.ts';

const FIVE_MINUTES = 300_000;
const IN_AN_HOUR = 12;

const run = setting('RUN');
const credentials = credentialsOf({ roleArn: setting('RUN_ROLE'), run, bucket: setting('BUCKET') });
const clients = [new S3Client({ credentials }), new S3Client({ credentials })] as const;

async function write(key: string, client: S3Client): Promise<void> {
  try {
    await client.send(new PutObjectCommand({ Bucket: setting('BUCKET'), Key: key, Body: new Date().toISOString() }));
  } catch (error) {
    console.error(`${key}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  }
}

let written = 0;
const next = (): Promise<void> => write(`${run}/patrol/${written}.json`, clients[written++ % 2]!);

for (let round = 0; round < numberOf('HOURS') * IN_AN_HOUR; round++) {
  if (round === 1) await write(`other-${run}/patrol.json`, clients[0]);
  if (round % IN_AN_HOUR === 0) await Promise.all(Array.from({ length: 10 }, next));
  else await next();
  await new Promise((resolve) => setTimeout(resolve, FIVE_MINUTES));
}
console.log(`${written} objects`);
