import { DescribeInstancesCommand, EC2Client, type Instance, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { start } from './cluster.ts';
import { numberOf, setting } from './settings.ts';
import { readJson } from './store.ts';
import type { Role, Run } from './types.ts';

interface Seen {
  readonly id: string;
  readonly role: Role;
  readonly launched: number;
  readonly is: 'alive' | 'dead' | 'ended';
}

interface Replaced {
  readonly dead: string;
  readonly by: string;
}

const ec2 = new EC2Client();

export async function handler({ run }: { readonly run: string }): Promise<{ readonly replaced: Replaced[] }> {
  const wanted = (await readJson<Run>(`${run}/run.json`))?.value;
  if (!wanted) return { replaced: [] };
  const all = await instancesOf(run);
  const coordinators = all.filter(({ role }) => role === 'coordinator');
  const workers = all.filter(({ role }) => role === 'worker');
  // After the look at the instances: who ended because there was a manifest is not taken for one that has failed.
  const over = (await readJson(`${run}/manifest.json`)) !== undefined;
  const failures: unknown[] = [];
  for (const { id } of all.filter(({ is }) => is === 'dead')) {
    await trying(failures, () => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
  }
  const replaced: Replaced[] = [];
  // A role of which there was never an instance is still being launched, or the launch was taken back: launch.ts is at it.
  const launched =
    all.some(({ is }) => is === 'alive') && coordinators.length > 0 && (workers.length > 0 || wanted.workers === 0);
  if (launched && (!over || workers.some(({ is }) => is === 'alive'))) {
    replaced.push(...(await complete(wanted, 'coordinator', coordinators, 1, failures)));
    if (!over) replaced.push(...(await complete(wanted, 'worker', workers, wanted.workers, failures)));
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} calls failed: ${failures.join('; ')}`);
  return { replaced };
}

// #region complete
/**
 * Starts what is missing of a role, each in the place of one that is gone. Whoever does this at the same moment names the same places
 * in the same order, and is given the same instances. The latest come first: those before them have their replacement already.
 */
async function complete(
  { run, at, workers }: Run,
  role: Role,
  seen: readonly Seen[],
  count: number,
  failures: unknown[],
): Promise<Replaced[]> {
  const gone = seen
    .filter(({ is }) => is !== 'alive')
    .toSorted((one, other) => other.launched - one.launched || one.id.localeCompare(other.id));
  // There may have been room for fewer from the start: these places were never taken.
  const never = Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);
  const replaced: Replaced[] = [];
  let missing = count - (seen.length - gone.length);
  for (const dead of [...gone.map(({ id }) => id), ...never]) {
    if (missing <= 0) break;
    await trying(failures, async () => {
      const [by] = await start({ run, at, role, count: 1, least: 1, workers, inPlaceOf: dead });
      if (seen.some(({ id }) => id === by)) missing++;
      else replaced.push({ dead, by: by! });
    });
    missing--;
  }
  return replaced;
}
// #endregion complete

async function instancesOf(run: string): Promise<Seen[]> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'tag:cluster', Values: [setting('CLUSTER')] },
        { Name: 'tag:run', Values: [run] },
      ],
    }),
  );
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  return await Promise.all(instances.map((instance) => seen(run, instance)));
}

/** EC2 says `running` of an instance whose programs are all dead. Only what they write tells. */
async function seen(run: string, { InstanceId, LaunchTime, State, Tags = [] }: Instance): Promise<Seen> {
  const role = Tags.find(({ Key }) => Key === 'role')?.Value as Role;
  const one = { id: InstanceId!, role, launched: LaunchTime!.getTime() };
  if (State?.Name !== 'pending' && State?.Name !== 'running') return { ...one, is: 'ended' };
  const beat = await readJson<{ readonly at: string }>(`${run}/beats/${one.id}.json`);
  const sign = Math.max(one.launched, beat ? Date.parse(beat.value.at) : 0);
  return { ...one, is: Date.now() - sign > numberOf('STALE_SECONDS') * 1000 ? 'dead' : 'alive' };
}

async function trying(failures: unknown[], act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    failures.push(error);
  }
}
