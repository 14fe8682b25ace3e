/** Step 4.3: instances that run the learner's user data, with jobs and a shipper of the grader's own. */
import type { Check } from '../../../../workbook/kit/contract.ts';
import { access, json, keysIn } from '../../../support/buckets.ts';
import { consoleOf, keepProgram, launch, profile, untilAll } from './cluster.ts';

/** Seconds for boot, fetching two programs, and going down. */
const AROUND = 15;

/** What was on an instance when its job had ended. */
export interface Report {
  readonly status: string;
  /** Content of the two logs; undefined where there is no such file. */
  readonly out?: string;
  readonly err?: string;
}

/**
 * A shipper that does little: once run/status is there it takes `after` seconds and puts what it finds into RUN/report-ROLE.json. It
 * does not hear SIGTERM, so that nothing comes from an instance that goes down too early.
 */
const shipper = (after: number): string => `import { lstatSync, readFileSync } from 'node:fs';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
const { BUCKET, RUN, ROLE } = process.env;
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const text = (name) => lstatSync(name, { throwIfNoEntry: false })?.isFile() ? readFileSync(name, 'utf8') : undefined;
let status;
while ((status = text('run/status')) === undefined) await sleep(3);
await sleep(${after});
const Body = JSON.stringify({ status: status.trim(), out: text('run/out.log'), err: text('run/err.log') });
await new S3Client().send(new PutObjectCommand({ Bucket: BUCKET, Key: \`\${RUN}/report-\${ROLE}.json\`, Body }));
`;

/** A shipper that never ends, and sends nothing. */
export const ENDLESS = 'setInterval(() => undefined, 3_600_000);\n';

export interface Booted {
  readonly state: string;
  readonly console: readonly string[];
  readonly report: Report | undefined;
}

/** One bucket, one profile, and the function that says what the user data is. */
export async function bench(t: Check) {
  const bucket = await t.bucket();
  const role = await profile(t, 'programs', access([bucket], [bucket]));
  const bootstrap = await t.deploy('bootstrap.ts', { export: 'userData' });
  const run = t.seeded.name('run');
  return {
    /** Has the program run as the job of instances of this role. */
    job: (name: string, ...lines: readonly string[]) =>
      keepProgram(t, bucket, name, ['#!/bin/sh', ...lines, ''].join('\n')),
    ship: ({ after = 0, program = shipper(after) } = {}) => keepProgram(t, bucket, 'ship', program),
    /** The learner's text, for an instance of this role. */
    async textFor(name: string): Promise<string> {
      const variables = { RUN: run, ROLE: name, BUCKET: bucket, AWS_REGION: 'us-east-1', INTERVAL_SECONDS: '5' };
      const answer = await bootstrap.invoke(variables);
      t.succeeded(answer);
      t.that(typeof answer.value === 'string' && answer.value.startsWith('#!/bin/bash\n'), {
        expected: 'userData() returns a script that begins with #!/bin/bash',
        seen: JSON.stringify(answer.value)?.slice(0, 80) ?? 'nothing',
      });
      return answer.value as string;
    },
    start: async (text: string): Promise<string> => (await launch(t, text, { profile: role }))[0]!,
    /** Waits until all have ended, at most so many seconds; tells what there is of each then. `ids` by role. */
    async ended<Role extends string>(ids: Record<Role, string>, seconds: number): Promise<Record<Role, Booted>> {
      const names = Object.keys(ids) as Role[];
      const states = await untilAll(
        t,
        names.map((name) => ids[name]),
        'terminated',
        seconds + AROUND,
        5,
      );
      const keys = await keysIn(t, bucket);
      const found = names.map(async (name, index): Promise<[Role, Booted]> => {
        const key = `${run}/report-${name}.json`;
        const report = keys.includes(key) ? ((await json(t, bucket, key)) as Report) : undefined;
        return [name, { state: states[index]!, console: await consoleOf(t, ids[name]), report }];
      });
      return Object.fromEntries(await Promise.all(found)) as Record<Role, Booted>;
    },
  };
}

/** The shipper's report has to be there before anything else is looked at. */
export function reportOf(t: Check, role: string, { report, console }: Booted): Report {
  t.that(report !== undefined, {
    expected: `run/status of the ${role} is there once its job has ended, and the shipper has the time to tell of it`,
    seen: `nothing came from the shipper; the console says ‘${console.slice(-3).join(' / ')}’`,
    cause:
      'The status was not written, or it was written to another file, or the instance went down while the shipper was still at it.',
    hint: 2,
  });
  return report!;
}
