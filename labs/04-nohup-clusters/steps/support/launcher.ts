/** launch.ts as the graders of this lab deploy it, with everything that it is told by its environment. */
import { NoSuchKey } from '@aws-sdk/client-s3';
import type { Check, Deployed } from '../../../../workbook/kit/contract.ts';
import { access, json } from '../../../support/buckets.ts';
import { IMAGE, keepProgram, type Profile, profile, TYPE } from './cluster.ts';

const MINUTE = 60_000;
const STAYS = '#!/bin/sh\nexec sleep 1000000\n';

export interface Launcher {
  readonly deployed: Deployed;
  readonly bucket: string;
  readonly cluster: string;
  readonly profile: Profile;
  readonly minutes: number;
  /** An event of a run, planned some minutes ago. */
  event(workers: number, least: number): Promise<RunEvent>;
}

export interface RunEvent {
  readonly run: string;
  readonly at: string;
  readonly workers: number;
  readonly least: number;
}

export async function launcher(t: Check, environment: Readonly<Record<string, string>> = {}): Promise<Launcher> {
  const bucket = await t.bucket();
  const cluster = t.seeded.name('cluster');
  const minutes = t.seeded.integer(120, 240);
  const role = await profile(t, 'programs', access([bucket], [bucket]));
  // Where seconds are real, instances boot while they are looked at, and are not to end by themselves.
  for (const name of ['coordinator', 'worker', 'ship']) await keepProgram(t, bucket, name, STAYS);
  const deployed = await t.deploy('launch.ts', {
    environment: {
      ...{ IMAGE, TYPE, PROFILE: role.name, CLUSTER: cluster, TTL_MINUTES: String(minutes) },
      ...{ BUCKET: bucket, INBOX: bucket, ...environment },
    },
    policy: [
      {
        Effect: 'Allow',
        Action: [
          'ec2:RunInstances',
          'ec2:CreateTags',
          'ec2:TerminateInstances',
          'ec2:DescribeInstances',
          'iam:PassRole',
        ],
        Resource: '*',
      },
      ...access([bucket], [bucket]),
    ],
  });
  return {
    deployed,
    bucket,
    cluster,
    profile: role,
    minutes,
    async event(workers, least) {
      const at = (await t.clock.now()) - t.seeded.integer(1, 9) * MINUTE;
      return { run: t.seeded.name('run'), at: new Date(at).toISOString(), workers, least };
    },
  };
}

/** What RUN/run.json says; undefined when there is none. */
export async function runJson(t: Check, { bucket }: Launcher, run: string): Promise<unknown> {
  try {
    return await json(t, bucket, `${run}/run.json`);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
