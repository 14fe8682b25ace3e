/**
 * A program that runs for hours, for step 4.6. Given; nothing to do here.
 *
 * Every five minutes it writes two objects at a time, and once an hour ten, with two clients that share the credentials of
 * credentials.ts. Five minutes after its beginning it also does what else it may do, and tries what it may not. What it cannot do, it
 * prints, and goes on.
 *
 *   RUN_ROLE   ARN of the role to work as       HOURS   how long
 *   Objects    RUN/patrol/NUMBER.json in BUCKET; the attempts concern RUN-2/patrol.json there, and document.pdf in INBOX
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { credentialsOf } from './credentials.ts';
import { numberOf, setting } from './settings.ts';

const FIVE_MINUTES = 300_000;
const IN_AN_HOUR = 12;

const [run, bucket, inbox] = [setting('RUN'), setting('BUCKET'), setting('INBOX')];
const credentials = credentialsOf({ roleArn: setting('RUN_ROLE'), run, bucket });
const clients = [new S3Client({ credentials }), new S3Client({ credentials })] as const;

let written = 0;

function next(): Promise<void> {
  const [number, client] = [written, clients[written % 2]!];
  written++;
  const Key = `${run}/patrol/${number}.json`;
  return attempt(Key, () => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: new Date().toISOString() })));
}

async function others(): Promise<void> {
  const [client] = clients;
  const document = { Bucket: inbox, Key: 'document.pdf' };
  const elsewhere = { Bucket: bucket, Key: `${run}-2/patrol.json` };
  await attempt('list', () => client.send(new ListObjectsV2Command({ Bucket: bucket })));
  await attempt('list the inbox', () => client.send(new ListObjectsV2Command({ Bucket: inbox })));
  await attempt('read a document', async () => {
    const { Body } = await client.send(new GetObjectCommand(document));
    await Body!.transformToByteArray();
  });
  await attempt('write for another run', () => client.send(new PutObjectCommand({ ...elsewhere, Body: run })));
  await attempt('write a document', () => client.send(new PutObjectCommand({ ...document, Body: run })));
  await attempt('delete', () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${run}/patrol/0.json` })));
}

async function attempt(what: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    console.error(`${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  }
}

for (let round = 0; round < numberOf('HOURS') * IN_AN_HOUR; round++) {
  if (round === 1) await others();
  await Promise.all(Array.from({ length: round % IN_AN_HOUR === 0 ? 10 : 2 }, next));
  await new Promise((resolve) => setTimeout(resolve, FIVE_MINUTES));
}
console.log(`${written} objects`);
