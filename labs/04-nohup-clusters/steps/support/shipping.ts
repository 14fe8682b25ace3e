/** Step 4.5: instances whose job writes what it is told, when it is told, beside the learner's ship.ts; and what of it came to S3. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Check } from '../../../../workbook/kit/contract.ts';
import { keysIn } from '../../../support/buckets.ts';
import { keepProgram, launch, profile, scriptOf } from './cluster.ts';

export type Stream = 'out' | 'err';

/** What is written at a moment: seconds after the boot. */
export interface Written {
  readonly at: number;
  readonly stream: Stream;
  readonly text: string;
}

export interface Piece {
  readonly key: string;
  readonly offset: number;
  readonly text: string;
}

const OBJECT = /^(out|err)\/(\d{12})\.log$/;

export async function shipping(t: Check) {
  const [bucket, run] = [await t.bucket(), t.seeded.name('run')];
  const role = await profile(t, 'shipper', [
    { Effect: 'Allow', Action: ['s3:*'], Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] },
  ]);
  await keepProgram(t, bucket, 'ship', await t.build('ship.ts'));
  const folderOf = (id: string): string => `${run}/logs/${id}`;

  return {
    bucket,
    run,
    role,
    folderOf,
    /** Resource of a fault that concerns what ship.ts writes, and nothing else. */
    logs: `${bucket}/${run}/logs/*`,
    /** Launches an instance with a job of shell, which runs in the folder of ship.ts, and ends when ship.ts does. */
    async launched(job: readonly string[], variables: Readonly<Record<string, string | number>>): Promise<string> {
      const script = await scriptOf(
        t,
        { RUN: run, BUCKET: bucket, ...variables },
        'mkdir -p run',
        ...['(', ...job, ') &'],
        'node start.mjs ship',
        'echo "ship.ts has ended with $?"',
        'shutdown -h now',
      );
      const [id] = await launch(t, script, { profile: role });
      return id!;
    },
    /** The pieces of a stream, in the order of their keys. Fails when there are objects of other names. */
    async pieces(id: string, stream: Stream): Promise<Piece[]> {
      const names = (await keysIn(t, bucket))
        .filter((key) => key.startsWith(`${folderOf(id)}/`))
        .map((key) => key.slice(folderOf(id).length + 1));
      t.equal(
        names.filter((name) => !OBJECT.test(name) && name !== 'status.json'),
        [],
        {
          what: `objects below ${folderOf(id)}/ that are neither a piece nor the status`,
          cause: 'OFFSET has twelve digits.',
        },
      );
      const own = names.filter((name) => name.startsWith(`${stream}/`));
      return await Promise.all(
        own.map(async (name) => {
          const key = `${folderOf(id)}/${name}`;
          const { Body } = await t.aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
          return { key, offset: Number(OBJECT.exec(name)![2]), text: await Body!.transformToString() };
        }),
      );
    },
  };
}

export type Shipping = Awaited<ReturnType<typeof shipping>>;

/** Lines of shell that write this at these times. */
export function jobOf(all: readonly Written[]): string[] {
  let now = 0;
  return all.flatMap(({ at, stream, text }) => {
    const wait = at > now ? [`sleep ${at - now}`] : [];
    now = Math.max(now, at);
    return [...wait, `printf %s ${quoted(text)} >> run/${stream}.log`];
  });
}

/** For the shell, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The job has ended with this status: as the bootstrap writes it. */
export const ended = (status: number): string => `echo ${status} > run/status.part; mv run/status.part run/status`;

/** All that a stream's file holds so long after the boot. */
export const textOf = (all: readonly Written[], stream: Stream, seconds = Number.POSITIVE_INFINITY): string =>
  all
    .filter((one) => one.stream === stream && one.at <= seconds)
    .map(({ text }) => text)
    .join('');

/** Fails unless each piece begins where its name says. Holds where nothing has been made unrecognizable. */
export function expectOffsets(t: Check, pieces: readonly Piece[]): void {
  let offset = 0;
  for (const piece of pieces) {
    t.equal(piece.offset, offset, {
      what: `where ${piece.key} begins in its file, by its name, and how many bytes come before it`,
      cause: 'Something was sent twice or left out, or an offset was counted in characters.',
      hint: 2,
    });
    offset += Buffer.byteLength(piece.text);
  }
}

/** Fails unless these are the pieces of this text, in order and once. Shows the place where they differ. */
export function expectText(t: Check, seen: string, expected: string, what: string, cause: string): void {
  if (seen === expected) return;
  const at = [...expected].findIndex((character, index) => seen[index] !== character);
  const place = at < 0 ? expected.length : at;
  const around = (text: string): string =>
    `${text.length} characters; from the ${place}th on ${JSON.stringify(text.slice(Math.max(0, place - 30), place + 60))}`;
  t.that(false, { expected: `${what}: ${around(expected)}`, seen: around(seen), cause, hint: 2 });
}
