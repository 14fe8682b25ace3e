import { open, readFile } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { instanceId } from './metadata.ts';
import { numberOf, setting } from './settings.ts';
import { s3 } from './store.ts';

/** Bytes that are read, held and sent at a time. */
const MOST = 1024 * 1024;
const INTERVAL = numberOf('INTERVAL_SECONDS') * 1000;
/** From the SIGTERM to the last round: the job has last words, too. */
const LAST_WORDS = 1000;

/** Logs are read as latin1: a character is a byte then, and none is changed by going there and back. */
const secrets = (process.env.SECRETS ?? '')
  .split(',')
  .map((name) => Buffer.from(process.env[name] ?? '').toString('latin1'))
  .filter((value) => value !== '')
  .sort((left, right) => right.length - left.length);
const SECRET = new RegExp([...secrets.map(literally), '(?:AKIA|ASIA)[A-Z0-9]{16}'].join('|'), 'g');
const LONGEST = Math.max(20, ...secrets.map(({ length }) => length));

const folder = `${setting('RUN')}/logs/${await instanceId()}`;
const streams = ['out', 'err'].map((name) => ({ name, offset: 0 }));

let told = false;
let wake = (): void => {};
process.once('SIGTERM', () => {
  setTimeout(() => {
    told = true;
    wake();
  }, LAST_WORDS);
});

// #region logs
for (;;) {
  const last = told;
  // Before the logs: whatever the job has written by then is in them.
  const status = await contentOf('run/status');
  try {
    if (last || status !== undefined) for (const stream of streams) await send(stream, true);
    if (status !== undefined) {
      await put('status.json', JSON.stringify({ status: Number(status) }));
      break;
    }
  } catch (error) {
    console.error(`not sent yet: ${error}`);
  }
  if (last) break;
  await pause();
}

/** Sends what is new, up to the end of its last line; with `rest` all of it. The offset moves when S3 has it. */
async function send(stream: (typeof streams)[number], rest: boolean): Promise<void> {
  for (let full = true; full; ) {
    const text = await read(`run/${stream.name}.log`, stream.offset);
    full = text.length === MOST;
    const end = endOf(text, full, rest);
    if (end === 0) return;
    const at = String(stream.offset).padStart(12, '0');
    await put(`${stream.name}/${at}.log`, Buffer.from(text.slice(0, end).replace(SECRET, '***'), 'latin1'));
    stream.offset += end;
  }
}

/** Where the next piece ends. A line that is longer than a piece is cut, but in no secret. */
function endOf(text: string, full: boolean, rest: boolean): number {
  if (rest && !full) return text.length;
  const lines = text.lastIndexOf('\n') + 1;
  if (lines > 0 || !full) return lines;
  const end = text.length - LONGEST;
  const across = [...text.matchAll(SECRET)].find(({ index, 0: found }) => index < end && end < index + found.length);
  return across?.index ?? end;
}
// #endregion logs

async function read(path: string, offset: number): Promise<string> {
  const file = await open(path).catch(ifMissing);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST), 0, MOST, offset);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ifMissing);
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function put(name: string, Body: Uint8Array | string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: setting('BUCKET'), Key: `${folder}/${name}`, Body }));
}

/** Until the next round, or until there is to be a last one. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, INTERVAL);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** As a regular expression has it that takes every character for itself. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
