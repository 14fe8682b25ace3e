/** A run whose instances the grader launches, to see some of them die: its documents, its settings, and what came of them. */
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { TraceEntry } from '../../../../cloud/contract.ts';
import type { Check, Deployed } from '../../../../workbook/kit/contract.ts';
import { json, put } from '../../../support/buckets.ts';
import { plain } from '../../../support/documents.ts';
import { consoleOf, IMAGE, instances, keepProgram, launch, profile, scriptOf, states, TYPE, until } from './cluster.ts';
import { stores, wasMade } from './stores.ts';

export type Role = 'coordinator' | 'worker';

export interface Document {
  readonly key: string;
  readonly eTag: string;
  /** As many seconds does it take to read it. */
  readonly pages: number;
}

/** The call at which a program dies. */
export interface Death {
  /** An instance; without it any of the run. */
  readonly of?: string;
  readonly service?: string;
  readonly operation?: string;
  readonly resource?: string;
  readonly nth?: number;
  readonly when: 'before' | 'after';
}

export const SECONDS = {
  LEASE_SECONDS: 15,
  FILE_SECONDS: 60,
  BEAT_SECONDS: 5,
  GRACE_SECONDS: 20,
  INTERVAL_SECONDS: 5,
};
/** Longer than the longest silence of a healthy program: a file, or the grace at the end. */
const STALE_SECONDS = 40;
/** All that a check waits for comes within a few heals, or not at all. */
const HEALS = 5;
const MINUTE = 60;

/** What is fetched beside a job and has nothing to do. */
const UNTIL_STATUS = `import { existsSync } from 'node:fs';
while (!existsSync('run/status')) await new Promise((resolve) => setTimeout(resolve, 5000));
`;

export type Crew = Awaited<ReturnType<typeof crew>>;

export async function crew(t: Check, { workers, files, poll = 5, attempts = 4 }: Wanted) {
  const kept = await stores(t);
  const { bucket, run } = kept;
  const [inbox, cluster] = [await t.bucket(), t.seeded.name('cluster')];
  const [at, ttl] = [new Date(await t.clock.now()).toISOString(), t.seeded.integer(60, 150)];
  const expires = Date.parse(at) + ttl * MINUTE * 1000;
  const event = { run, at, workers, least: 1 };
  const settings = {
    CLUSTER: cluster,
    BUCKET: bucket,
    INBOX: inbox,
    TABLE: kept.table,
    MOST_ATTEMPTS: attempts,
    POLL_SECONDS: poll,
    ...SECONDS,
  };
  const policy = [
    ...kept.policy,
    {
      Effect: 'Allow' as const,
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: [`arn:aws:s3:::${inbox}`, `arn:aws:s3:::${inbox}/*`],
    },
    { Effect: 'Allow' as const, Action: ['ec2:DescribeInstances', 'ec2:TerminateInstances'], Resource: '*' },
  ];
  const node = await profile(t, 'node', policy);
  const faults: string[] = [];
  /** Faults that kill who calls before the call is carried out. */
  const neverMade = new Set<string>();

  /** Puts a document into the inbox; whoever reads it waits. */
  async function document(): Promise<Document> {
    const [key, count] = [`${t.seeded.name('doc')}.pdf`, t.seeded.integer(2, 9)];
    const { ETag } = await t.aws.s3.send(new PutObjectCommand({ Bucket: inbox, Key: key, Body: plain(count) }));
    const one = { key, eTag: ETag!, pages: count };
    const reading = { service: 's3', operation: 'GetObject', resource: `${inbox}/${one.key}` };
    await t.faults.add({ ...reading, effect: { kind: 'latency', ms: one.pages * 1000 } });
    return one;
  }
  const documents: Document[] = [];
  for (let count = 0; count < files; count++) documents.push(await document());

  const calls = async (): Promise<TraceEntry[]> => (await t.trace()).filter(({ kind }) => kind === 'call');
  const writes = async (key: string): Promise<TraceEntry[]> =>
    (await calls()).filter(
      (call) =>
        call.operation === 'PutObject' && call.resource === `${bucket}/${run}/${key}` && wasMade(call, neverMade),
    );

  /** All instances of the run of which EC2 knows. */
  const launched = async (): Promise<string[]> =>
    (await instances(t, { cluster, run })).map(({ InstanceId }) => InstanceId!);

  return {
    ...kept,
    inbox,
    cluster,
    node,
    settings,
    documents,
    document,
    event,
    /** When its instances have outlived their time. */
    expires,
    writes,
    /** RUN/run.json, as launch.ts writes it. */
    wanted: () => put(t, bucket, `${run}/run.json`, JSON.stringify(event)),
    /** Launches instances with user data of the grader's own: of a role's program, or these lines. */
    async join(role: Role, count: number, ...lines: readonly string[]): Promise<string[]> {
      const script = await scriptOf(
        t,
        { ...settings, RUN: run, ROLE: role, WORKERS: workers },
        ...(lines.length > 0 ? lines : [`node start.mjs ${role}; echo "ended with $?"`, 'shutdown -h now']),
      );
      return await launch(t, script, {
        profile: node,
        count,
        tags: { cluster, run, role, expiresAt: new Date(expires).toISOString() },
      });
    },
    /** Keeps programs of the answer where instances fetch them. Unless `ship` is among them, nothing is sent away. */
    async programs(...names: readonly (Role | 'ship')[]): Promise<void> {
      if (!names.includes('ship')) await keepProgram(t, bucket, 'ship', UNTIL_STATUS);
      for (const name of names) await keepProgram(t, bucket, name, await t.build(`${name}.ts`));
    },
    /** The last sign of life of an instance, so many seconds old. */
    async beats(role: Role, id: string, seconds: number): Promise<void> {
      const at = new Date((await t.clock.now()) - seconds * 1000).toISOString();
      await put(t, bucket, `${run}/beats/${id}.json`, JSON.stringify({ role, at, doing: 'this and that' }));
    },
    /** Instances of the run and of a role that have not ended, nor begun to. */
    async living(role: Role): Promise<string[]> {
      const all = await instances(t, { cluster, run, role });
      return all.filter(({ State }) => /^(pending|running)$/.test(State!.Name!)).map(({ InstanceId }) => InstanceId!);
    },
    /** A function of the cluster: launch.ts, heal.ts or reaper.ts. */
    deployed: (file: string, stale = STALE_SECONDS): Promise<Deployed> =>
      t.deploy(file, {
        timeout: 60,
        environment: Object.fromEntries(
          Object.entries({
            ...settings,
            PROFILE: node.name,
            IMAGE,
            TYPE,
            TTL_MINUTES: ttl,
            MOST_HOLD_MINUTES: 60,
            STALE_SECONDS: stale,
          }).map(([name, value]) => [name, String(value)]),
        ),
        policy: [
          ...policy,
          { Effect: 'Allow', Action: ['ec2:RunInstances', 'ec2:CreateTags'], Resource: '*' },
          { Effect: 'Allow', Action: 'iam:PassRole', Resource: node.roleArn },
        ],
      }),
    async dies({ of, service = '*', when, ...call }: Death): Promise<void> {
      const principal = of ? node.sessions.replace(/\*$/, of) : node.sessions;
      const id = await t.faults.add({ service, ...call, principal, effect: { kind: 'kill', when } });
      faults.push(id);
      if (when === 'before') neverMade.add(id);
    },
    /** The calls at which somebody has died, in their order. */
    deaths: async (): Promise<TraceEntry[]> => (await calls()).filter(({ fault }) => faults.includes(fault!)),
    /** How documents were read: each call, in its order. */
    reads: async (): Promise<TraceEntry[]> =>
      (await calls()).filter(
        ({ operation, resource }) => operation === 'GetObject' && resource?.startsWith(`${inbox}/`),
      ),
    /** Documents that somebody read when another one who had not died was, or had been, at them: in words. */
    async readAgain(): Promise<string[]> {
      const all = await calls();
      const died = new Map(all.filter(({ fault }) => faults.includes(fault!)).map((call) => [callerOf(call), call.id]));
      const reads = all.filter(
        ({ operation, resource }) => operation === 'GetObject' && resource?.startsWith(`${inbox}/`),
      );
      return reads.flatMap((read, index) => {
        const other = reads
          .slice(0, index)
          .find((one) => one.resource === read.resource && !((died.get(callerOf(one)) ?? Infinity) < read.id));
        return other ? [`${read.resource!.slice(inbox.length + 1)} by ${callerOf(other)} and ${callerOf(read)}`] : [];
      });
    },
    /** What is below RUN/done/: what was written there, by the document's key. */
    async done(): Promise<Record<string, unknown>> {
      const prefix = `${run}/done/`;
      const { Contents = [] } = await t.aws.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      const found = Contents.map(async ({ Key }) => [
        Key!.slice(prefix.length, -'.json'.length),
        await json(t, bucket, Key!),
      ]);
      return Object.fromEntries(await Promise.all(found));
    },
    /** Heals once a minute until it answers true, as often as this can be of use. `first` comes before each heal. */
    async healed(
      healer: Deployed,
      over: () => Promise<boolean>,
      first = async () => {},
      most = HEALS,
    ): Promise<boolean> {
      for (let times = 0; times < most; times++) {
        if (await until(t, MINUTE, over, 20)) return true;
        await first();
        t.succeeded(await healer.invoke({ run }));
      }
      return await until(t, MINUTE, over, 20);
    },
    /** The exit codes of programs that ended, by their instances' consoles. */
    ends: (ids: readonly string[]): Promise<(number | string)[]> =>
      Promise.all(
        ids.map(async (id) => {
          const code = /^ended with (\d+)$/m.exec((await consoleOf(t, id)).join('\n'))?.[1];
          return code === undefined ? 'it has not ended' : Number(code);
        }),
      ),
    /** The exit status of an instance's job, as ship.ts has told it. */
    async statusOf(id: string): Promise<unknown> {
      if ((await writes(`logs/${id}/status.json`)).length === 0) return 'there is none';
      return ((await json(t, bucket, `${run}/logs/${id}/status.json`)) as { status?: unknown }).status;
    },
    launched,
    /** Have all instances of the run ended? */
    async over(): Promise<boolean> {
      return (await states(t, await launched())).every((state) => state === 'terminated');
    },
  };
}

interface Wanted {
  readonly workers: number;
  readonly files: number;
  readonly poll?: number;
  readonly attempts?: number;
}

/** Ends instances by hand. */
export async function terminate(t: Check, ...InstanceIds: readonly string[]): Promise<void> {
  await t.client(EC2Client).send(new TerminateInstancesCommand({ InstanceIds: [...InstanceIds] }));
}

/** Who made a call: the instance's id. */
export const callerOf = ({ principal = '' }: TraceEntry): string => principal.slice(principal.lastIndexOf('/') + 1);

/** A call, in words. */
export const told = (c: { readonly bucket: string; readonly run: string }, { operation, resource = '' }: TraceEntry) =>
  `${operation} ${resource.replace(`${c.bucket}/${c.run}/`, 'RUN/')}`;

/** There is one manifest, and it counts what is below RUN/done/. */
export async function expectManifest(t: Check, c: Crew, quarantined = 0): Promise<void> {
  t.equal((await c.writes('manifest.json')).length, 1, {
    what: 'how often RUN/manifest.json was written',
    cause: 'A run has one manifest, whoever writes it, and whoever comes later finds it.',
    hint: 3,
  });
  const pages = c.documents.reduce((sum, one) => sum + one.pages, 0);
  const { length } = c.documents;
  t.equal(
    await json(t, c.bucket, `${c.run}/manifest.json`),
    { run: c.run, files: length + quarantined, committed: length, quarantined, pages },
    { what: 'RUN/manifest.json', cause: 'It was written before all files of the plan were done.', hint: 3 },
  );
}

const pagesOf = (done: unknown): unknown => {
  const { pages, reason } = done as { pages?: unknown; reason?: unknown };
  return reason === undefined ? pages : 'put aside';
};

/** Every document has one result, written once, and it is right. `aside` are the keys of those that are put aside. */
export async function expectConserved(t: Check, c: Crew, aside: readonly string[] = [], hint = 1): Promise<void> {
  const seen = await c.done();
  t.equal(
    Object.entries(seen)
      .map(([key, one]) => [key, pagesOf(one)])
      .sort(),
    [...c.documents.map(({ key, pages }) => [key, pages]), ...aside.map((key) => [key, 'put aside'])].sort(),
    {
      what: 'the pages of every file, by the objects below RUN/done/',
      cause: 'What a dead worker had not committed was taken for done, or was nobody’s any more.',
      hint,
    },
  );
  const often: string[] = [];
  for (const key of [...c.documents.map((one) => one.key), ...aside]) {
    const { length } = await c.writes(`done/${key}.json`);
    if (length !== 1) often.push(`${key} ${length} times`);
  }
  t.equal(often, [], { what: 'the files whose result was not written exactly once', hint });
}
