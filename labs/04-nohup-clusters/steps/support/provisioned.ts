/** Step 4.4: instances that run the learner's playbook on themselves, and then what it has put there. */
import type { Check } from '../../../../workbook/kit/contract.ts';
import { json, put } from '../../../support/buckets.ts';
import { BOOT, consoleOf, launch, type Profile, profile } from './cluster.ts';

/** Real milliseconds for all runs of one instance: they are on nobody's clock, and on a busy machine one takes half a minute. */
const LONGEST = 300_000;
/** The same for the whole check. */
export const PATIENCE = LONGEST + 100_000;

export type Role = 'coordinator' | 'worker';

/** What vars.json has. */
export interface Inventory {
  readonly run: string;
  readonly bucket: string;
  readonly inbox: string;
  readonly workers: number;
  readonly lease_seconds: number;
}

export interface Found {
  readonly path: string;
  /** As `find` tells it: `d` is a folder, `f` a file. */
  readonly type: string;
  readonly mode: string;
  readonly text?: string;
}

/** One run of ansible-playbook, and what there was in `cluster` after it. */
export interface Run {
  readonly what: 'apply' | 'check';
  readonly status: number | null;
  readonly recap: Readonly<Record<string, number>>;
  readonly output: string;
  readonly found: readonly Found[];
}

export interface Provisioned {
  readonly runs: readonly Run[];
  /** The program that `cluster/bin/start` became, if it did: its file, and its environment. */
  readonly started: { readonly program: string; readonly same: boolean; readonly environment: unknown } | undefined;
  /** What was printed meanwhile, by the shell for instance. */
  readonly printed: readonly string[];
}

/** Says by which file it runs, whether it is the process that was started, and what it has been told. */
const PROGRAM = `const { RUN, ROLE, BUCKET, INBOX } = process.env;
console.log('STARTED ' + JSON.stringify({ program: process.argv[1].split('/').at(-1), pid: process.pid, environment: { RUN, ROLE, BUCKET, INBOX } }));`;

/** After the runs: starts the program as the bootstrap would, with nothing of ours in its environment. */
const START = `unset RUN ROLE BUCKET INBOX RUNS
cat > worker.mjs <<'END'
${PROGRAM}
END
cp worker.mjs coordinator.mjs
cluster/bin/start &
echo "BEGUN $!"
wait $!
echo "PROVISIONED $?"
`;

/** Launches instances of these roles, all at once, and waits until each has done what `runs` says (see provision.ts). */
export async function provisioned(
  t: Check,
  runs: string,
  roles: readonly Role[],
  inventories: readonly Inventory[],
): Promise<Provisioned[]> {
  const [bucket, run] = [await t.bucket(), t.seeded.name('run')];
  await put(t, bucket, `${run}/playbook.yml`, await t.read('playbook.yml'));
  for (const [at, inventory] of inventories.entries()) {
    await put(t, bucket, `${run}/vars-${at}.json`, JSON.stringify(inventory));
  }
  const instance: Profile = await profile(t, 'cluster', [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${bucket}/${run}/*` },
  ]);
  const provision = await t.deploy('provision.ts', { export: 'provision' });
  const ids: string[] = [];
  for (const role of roles) {
    const variables = { AWS_REGION: 'us-east-1', BUCKET: bucket, RUN: run, ROLE: role, RUNS: runs };
    const { value } = await provision.invoke(variables);
    ids.push(...(await launch(t, `${value}${START}`, { profile: instance, tags: { role, run } })));
  }
  await t.clock.advance(BOOT, { wall: BOOT });
  return await Promise.all(
    ids.map(async (id, at): Promise<Provisioned> => {
      const printed = await ended(t, id);
      const told = printed.find((line) => line.startsWith('STARTED '));
      const { pid, ...started } = told ? JSON.parse(told.slice('STARTED '.length)) : { pid: 0 };
      return {
        runs: (await json(t, bucket, `${run}/report-${roles[at]}.json`)) as Run[],
        started: told ? { ...started, same: printed.includes(`BEGUN ${pid}`) } : undefined,
        printed,
      };
    }),
  );
}

/** The lines that an instance has printed, when it is done. */
async function ended(t: Check, id: string): Promise<string[]> {
  const printed = await t.eventually(async () => {
    const lines = await consoleOf(t, id);
    return lines.some((line) => line.startsWith('PROVISIONED ')) ? lines : undefined;
  }, LONGEST);
  if (printed) return printed;
  // Whether the machine is slow or the playbook waits for something cannot be told from here: nobody is judged by it.
  const lines = (await consoleOf(t, id)).slice(-5).join('\n');
  throw new Error(
    `ansible-playbook has not ended after ${LONGEST / 1000} seconds: is the machine very busy, or does the playbook wait for something?\n${lines}`,
  );
}
