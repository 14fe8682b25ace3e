/**
 * Another way: whether a worker has said everything is asked of its logs, not of EC2. Who has sent the status has sent the rest before, and
 * can be terminated whatever it does now. And the manifest is looked for first: counting takes a call for each file.
 */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { numberOf, setting } from './settings.ts';
import { is, list, readJson, s3 } from './store.ts';
import type { Done, Manifest } from './types.ts';

const LOOK = 10_000;

export async function finish({ run }: { readonly run: string }): Promise<void> {
  const Bucket = setting('BUCKET');
  const Key = `${run}/manifest.json`;
  if (!(await readJson(Key))) {
    try {
      await s3.send(
        new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(await manifestOf(run)), IfNoneMatch: '*' }),
      );
    } catch (error) {
      if (!is(error, 'PreconditionFailed')) throw error;
    }
  }

  const { EC2 } = await import('@aws-sdk/client-ec2');
  const ec2 = new EC2();
  const workers = async (): Promise<string[]> => {
    const { Reservations = [] } = await ec2.describeInstances({
      Filters: [
        { Name: 'tag:cluster', Values: [literally(setting('CLUSTER'))] },
        { Name: 'tag:run', Values: [literally(run)] },
        { Name: 'tag:role', Values: ['worker'] },
      ],
    });
    return Reservations.flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State!.Name !== 'terminated' && State!.Name !== 'shutting-down')
      .map(({ InstanceId }) => InstanceId!);
  };
  const all = await workers();
  const until = Date.now() + numberOf('GRACE_SECONDS') * 1000;
  for (let silent = all; silent.length > 0 && Date.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK, until - Date.now())));
    const logs = new Set((await list(Bucket, `${run}/logs/`)).map(({ key }) => key));
    silent = all.filter((id) => !logs.has(`${run}/logs/${id}/status.json`));
  }

  const errors: unknown[] = [];
  for (const id of await workers()) {
    await ec2.terminateInstances({ InstanceIds: [id] }).catch((error) => errors.push(error));
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} workers are still there: ${errors[0]}`);
}

async function manifestOf(run: string): Promise<Manifest> {
  const manifest = { run, files: 0, committed: 0, quarantined: 0, pages: 0 };
  for (const { key } of await list(setting('BUCKET'), `${run}/done/`)) {
    const done = (await readJson<Done>(key))!.value;
    manifest.files++;
    if ('reason' in done) {
      manifest.quarantined++;
    } else {
      manifest.committed++;
      manifest.pages += done.pages;
    }
  }
  return manifest;
}

/** As a filter has it that takes no character for a wildcard. */
const literally = (value: string): string => value.replace(/[\\*?]/g, '\\$&');
