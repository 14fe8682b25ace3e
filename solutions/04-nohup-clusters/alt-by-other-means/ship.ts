/**
 * Another mechanism: each log has a loop of its own, which looks twice in an interval whether the file has grown. A piece is made once, and
 * then sent until S3 has it, with longer and longer pauses.
 */
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { instanceId } from './metadata.ts';
import { numberOf, setting } from './settings.ts';
import { s3 } from './store.ts';

const SECOND = 1000;
const MOST = 512 * 1024;
const INTERVAL = numberOf('INTERVAL_SECONDS') * SECOND;
const KEY_ID = /(AKIA|ASIA)[A-Z0-9]{16}/g;

const folder = `${setting('RUN')}/logs/${await instanceId()}`;
const secrets = (process.env.SECRETS ?? '')
  .split(',')
  .flatMap((name) => process.env[name] ?? [])
  .filter(Boolean)
  .sort((left, right) => right.length - left.length);

/** Whoever sleeps, when the instance is about to end. */
const sleepers = new Set<() => void>();
let ending = false;
process.on('SIGTERM', () => {
  ending = true;
  for (const wake of sleepers) wake();
});

function sleep(milliseconds: number): Promise<void> {
  if (ending) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      sleepers.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    sleepers.add(wake);
  });
}

/** Sends it until it is there; false when there is no time left for that. */
async function sent(name: string, Body: string): Promise<boolean> {
  for (let pause = SECOND; ; pause = Math.min(2 * pause, INTERVAL)) {
    const last = ending;
    try {
      await s3.send(new PutObjectCommand({ Bucket: setting('BUCKET'), Key: `${folder}/${name}`, Body }));
      return true;
    } catch (error) {
      console.error(`${name}: ${error}`);
      if (last) return false;
      await sleep(pause);
    }
  }
}

/** Resolves with the status that was there before everything of the log was sent; without one when there is not to be any. */
async function follow(name: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  for (let offset = 0; ; ) {
    const ended = status();
    const last = ending || ended !== undefined;
    file ??= await open(`run/${name}.log`).catch(() => undefined);
    for (let more = file !== undefined; more; ) {
      const { buffer, bytesRead } = await file!.read(Buffer.alloc(MOST), 0, MOST, offset);
      const piece = buffer.subarray(0, endOf(buffer.subarray(0, bytesRead), last));
      more = bytesRead === MOST;
      if (piece.length === 0) break;
      const key = `${name}/${String(offset).padStart(12, '0')}.log`;
      if (!(await sent(key, redacted(piece.toString())))) return undefined;
      offset += piece.length;
    }
    if (last) return ended;
    await sleep(INTERVAL / 2);
  }
}

/** Where a piece ends. A line that fills it alone is cut at a blank, which no password has here. */
function endOf(bytes: Buffer, last: boolean): number {
  if (last && bytes.length < MOST) return bytes.length;
  const lines = bytes.lastIndexOf('\n') + 1;
  return lines > 0 || bytes.length < MOST ? lines : bytes.lastIndexOf(' ') + 1 || MOST;
}

function redacted(text: string): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text).replace(KEY_ID, '***');
}

function status(): string | undefined {
  try {
    return readFileSync('run/status', 'utf8');
  } catch {
    return undefined;
  }
}

const [out, err] = await Promise.all([follow('out'), follow('err')]);
if (out !== undefined && err !== undefined) await sent('status.json', JSON.stringify({ status: Number(out) }));
