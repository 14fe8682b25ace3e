import type { EC2Client, Instance } from '@aws-sdk/client-ec2';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { setting } from './settings.ts';
import { is, list, s3 } from './store.ts';
import type { Done, Manifest } from './types.ts';

/** Objects that are read at a time. */
const TOGETHER = 20;

// #region finish
export async function finish({ run }: { readonly run: string }): Promise<void> {
  await writeManifest(run);
  const { EC2Client, TerminateInstancesCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = new EC2Client();
  const left = await workersOf(run, ec2);
  // Each alone: a call for several is refused as a whole when one of them is protected.
  const ends = await Promise.allSettled(
    left.map((id) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))),
  );
  const refused = ends.flatMap((end, at) => (end.status === 'rejected' ? [`${left[at]}: ${end.reason}`] : []));
  if (refused.length > 0) throw new Error(`Not terminated: ${refused.join('; ')}`);
}
// #endregion finish

/** Counts what is done, unless somebody has before. */
async function writeManifest(run: string): Promise<void> {
  const done = await allDone(run);
  const counted = done.flatMap((one) => ('pages' in one ? [one.pages] : []));
  const manifest: Manifest = {
    run,
    files: done.length,
    committed: counted.length,
    quarantined: done.length - counted.length,
    pages: counted.reduce((sum, pages) => sum + pages, 0),
  };
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: setting('BUCKET'),
        Key: `${run}/manifest.json`,
        Body: JSON.stringify(manifest),
        IfNoneMatch: '*',
      }),
    );
  } catch (error) {
    if (!is(error, 'PreconditionFailed')) throw error;
  }
}

async function allDone(run: string): Promise<Done[]> {
  const keys = (await list(setting('BUCKET'), `${run}/done/`)).map(({ key }) => key);
  const done: Done[] = [];
  while (keys.length > 0) done.push(...(await Promise.all(keys.splice(0, TOGETHER).map(read))));
  return done;
}

async function read(Key: string): Promise<Done> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: setting('BUCKET'), Key }));
  return JSON.parse(await Body!.transformToString()) as Done;
}

/** The run's workers that have not ended, nor begun to. */
async function workersOf(run: string, client: EC2Client): Promise<string[]> {
  const { paginateDescribeInstances } = await import('@aws-sdk/client-ec2');
  const wanted = { cluster: setting('CLUSTER'), run, role: 'worker' };
  const Filters = [
    ...Object.entries(wanted).map(([name, value]) => ({ Name: `tag:${name}`, Values: [value] })),
    { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
  ];
  const ids: string[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters })) {
    for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (Object.entries(wanted).every(([name, value]) => tagOf(instance, name) === value))
        ids.push(instance.InstanceId!);
    }
  }
  return ids;
}

/** A filter takes `*` and `?` for wildcards; this does not. */
const tagOf = ({ Tags = [] }: Instance, name: string): string | undefined =>
  Tags.find(({ Key }) => Key === name)?.Value;
