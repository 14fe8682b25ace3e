/** Steps 4.9 and 4.11: documents, a plan, and workers of the learner's on instances that do nothing else. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { TraceEntry } from '../../../../cloud/contract.ts';
import type { Check } from '../../../../workbook/kit/contract.ts';
import { access, json, put } from '../../../support/buckets.ts';
import { consoleOf, keepProgram, launch, profile, scriptOf, states, until } from './cluster.ts';
import { stores, wasMade } from './stores.ts';

const SECOND = 1000;

export interface Terms {
  readonly workers: number;
  readonly leaseSeconds: number;
  /** What a file may take at most. */
  readonly fileSeconds: number;
  readonly pollSeconds: number;
  readonly mostAttempts: number;
}

/** A file as a plan has it. */
export interface File {
  readonly key: string;
  readonly eTag: string;
  readonly size: number;
}

export async function fleet(t: Check, terms: Terms) {
  const kept = await stores(t);
  const { bucket, run, table } = kept;
  const inbox = await t.bucket();
  const role = await profile(t, 'worker', [...kept.policy, ...access([inbox], [])]);
  await keepProgram(t, bucket, 'worker', await t.build('worker.ts'));
  const variables = {
    CLUSTER: t.seeded.name('cluster'),
    RUN: run,
    ROLE: 'worker',
    BUCKET: bucket,
    INBOX: inbox,
    TABLE: table,
    WORKERS: terms.workers,
    LEASE_SECONDS: terms.leaseSeconds,
    FILE_SECONDS: terms.fileSeconds,
    POLL_SECONDS: terms.pollSeconds,
    MOST_ATTEMPTS: terms.mostAttempts,
    BEAT_SECONDS: 60,
  };
  const calls = async (): Promise<TraceEntry[]> =>
    (await t.trace()).filter(({ principal }) => principal?.startsWith(role.sessions.slice(0, -1)));
  const reading = { service: 's3', operation: 'GetObject' };
  const faults: string[] = [];
  /** Faults that kill who calls before the call is carried out. */
  const neverMade = new Set<string>();
  const broken = async (fault: Parameters<Check['faults']['add']>[0]): Promise<string> => {
    const id = await t.faults.add(fault);
    faults.push(id);
    if (fault.effect.kind === 'kill' && fault.effect.when === 'before') neverMade.add(id);
    return id;
  };
  const at = (key: string): string => `${inbox}/${key}`;

  return {
    ...kept,
    inbox,
    calls,
    /** Puts a document, and makes each reading of it take so many seconds. */
    async document(key: string, bytes: Uint8Array, seconds: number, nth?: number): Promise<File> {
      const { ETag } = await t.aws.s3.send(new PutObjectCommand({ Bucket: inbox, Key: key, Body: bytes }));
      if (seconds > 0) {
        const effect = { kind: 'latency', ms: seconds * SECOND } as const;
        await broken({ ...reading, resource: at(key), ...(nth === undefined ? {} : { nth }), effect });
      }
      return { key, eTag: ETag!, size: bytes.length };
    },
    /** Keeps a plan as plan.ts would have made it: each list of files is a bunch. */
    plan: (bunches: readonly (readonly File[])[]): Promise<void> =>
      put(
        t,
        bucket,
        `${run}/plan.json`,
        JSON.stringify({ bunches: bunches.map((files, i) => ({ id: `b${i}`, files })) }),
      ),
    /** Has who makes this call die of it: each who does, or the nth of them. */
    kill: (what: { operation: string; resource: string }, when: 'before' | 'after', nth?: number): Promise<string> =>
      broken({
        service: 's3',
        principal: role.sessions,
        ...what,
        ...(nth === undefined ? {} : { nth }),
        effect: { kind: 'kill', when },
      }),
    /** Has who makes the nth call of all that the workers make die of it, whichever it is. */
    killAt: (nth: number, when: 'before' | 'after'): Promise<string> =>
      broken({ service: '*', principal: role.sessions, nth, effect: { kind: 'kill', when } }),
    /** Takes back whatever was done to calls. */
    async mend(): Promise<void> {
      for (const fault of faults) await t.faults.remove(fault);
    },
    at,
    resultOf: (key: string): string => `${bucket}/${run}/done/${key}.json`,
    launch: async (): Promise<string[]> =>
      await launch(t, await scriptOf(t, variables, 'node start.mjs worker', 'echo "status $?"', 'shutdown -h now'), {
        profile: role,
        count: terms.workers,
        tags: { cluster: variables.CLUSTER, run, role: 'worker' },
      }),
    /** Every reading of a document: who, which, when. */
    async readings(): Promise<{ key: string; by: string; time: number }[]> {
      return (await calls())
        .filter(({ operation, resource }) => operation === 'GetObject' && resource?.startsWith(at('')))
        .map(({ resource, principal, time }) => ({
          key: resource!.slice(at('').length),
          by: instanceOf(principal),
          time,
        }));
    },
    /** Every result that was written. */
    async results(): Promise<{ key: string; by: string; time: number }[]> {
      const folder = `${bucket}/${run}/done/`;
      return (await calls())
        .filter(
          (call) => call.operation === 'PutObject' && call.resource?.startsWith(folder) && wasMade(call, neverMade),
        )
        .map(({ resource, principal, time }) => ({
          key: resource!.slice(folder.length, -'.json'.length),
          by: instanceOf(principal),
          time,
        }));
    },
    /** Instances whose programs died of this fault. */
    async killed(fault: string): Promise<string[]> {
      const deadly = (await calls()).filter((call) => call.fault === fault);
      return [...new Set(deadly.map(({ principal }) => instanceOf(principal)))];
    },
    /** Lets time go by until all of these instances have ended, at most so many seconds; resolves with who has not. */
    async untilEnded(ids: readonly string[], seconds: number): Promise<string[]> {
      let left: string[] = [];
      await until(
        t,
        seconds,
        async () => {
          const seen = await states(t, ids);
          left = ids.filter((_, i) => seen[i] !== 'terminated');
          return left.length === 0;
        },
        10,
      );
      return left;
    },
    /** What came of a file, or what stands there instead. */
    outcome: (key: string): Promise<unknown> =>
      json(t, bucket, `${run}/done/${key}.json`).catch((error: Error) => error.name),
    /** The last line that each of them has printed. */
    async lastLines(ids: readonly string[]): Promise<string> {
      const lines = await Promise.all(ids.map(async (id) => `‘${(await consoleOf(t, id)).at(-1)}’`));
      return lines.join(', ');
    },
    /** The exit status that the instance's script has printed. */
    async statusOf(id: string): Promise<string> {
      return (await consoleOf(t, id)).find((line) => line.startsWith('status '))?.slice('status '.length) ?? 'none yet';
    },
  };
}

const instanceOf = (principal = ''): string => principal.slice(principal.lastIndexOf('/') + 1);
