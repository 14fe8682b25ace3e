import {
  DescribeInstancesCommand,
  EC2Client,
  type Instance,
  InstanceStateName,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { start } from './cluster.ts';
import { numberOf, setting } from './settings.ts';
import { is, readJson, s3 } from './store.ts';
import type { Role, Run } from './types.ts';

/** A run has a place for each instance that is wanted. The store says who has it, and a replacement takes it over. */
interface Place {
  readonly holder: string;
}

const ec2 = new EC2Client();

export async function handler({ run }: { readonly run: string }) {
  const wanted = (await readJson<Run>(`${run}/run.json`))?.value;
  if (!wanted) return { replaced: [] };
  const roles: Role[] = ['coordinator', 'worker'];
  const places = await Promise.all(roles.map((role) => placesOf(wanted, role)));
  const instances = await instancesOf(run);
  const over = (await readJson(`${run}/manifest.json`)) !== undefined;
  const lively = new Set<string>();
  const failed: string[] = [];
  for (const instance of instances.filter(isUp)) {
    if (await givesSigns(run, instance)) lively.add(instance.InstanceId!);
    else await end(instance.InstanceId!).catch((error) => failed.push(String(error)));
  }
  const left = instances.some((one) => roleOf(one) === 'worker' && lively.has(one.InstanceId!));
  const complete = roles.every((role) => role === 'worker' || instances.some((one) => roleOf(one) === role));
  const replaced: { dead: string; by: string }[] = [];
  for (const [at, role] of roles.entries()) {
    if (!complete || (over && (role === 'worker' || !left))) continue;
    const first = instances.filter((one) => roleOf(one) === role);
    for (const [index, { key, held }] of places[at]!.entries()) {
      const dead = held?.value.holder ?? first[index]?.InstanceId ?? `${role} ${index}`;
      try {
        if (lively.has(dead)) {
          if (!held) await take(key, dead);
          continue;
        }
        const [by] = await start({ ...wanted, role, count: 1, least: 1, inPlaceOf: dead });
        if (await take(key, by!, held?.eTag)) replaced.push({ dead, by: by! });
      } catch (error) {
        failed.push(`${dead}: ${error}`);
      }
    }
  }
  if (failed.length > 0) throw new Error(failed.join('; '));
  return { replaced };
}

const placesOf = ({ run, workers }: Run, role: Role) =>
  Promise.all(
    Array.from({ length: role === 'worker' ? workers : 1 }, async (_, index) => {
      const key = `${run}/state/places/${role}-${index}.json`;
      return { key, held: await readJson<Place>(key) };
    }),
  );

/** False when somebody else has written the place since: then it is theirs to say who has it. */
async function take(Key: string, holder: string, eTag?: string): Promise<boolean> {
  const condition = eTag === undefined ? { IfNoneMatch: '*' } : { IfMatch: eTag };
  try {
    const Body = JSON.stringify({ holder } satisfies Place);
    await s3.send(new PutObjectCommand({ Bucket: setting('BUCKET'), Key, Body, ...condition }));
    return true;
  } catch (error) {
    if (is(error, 'PreconditionFailed')) return false;
    throw error;
  }
}

/** The oldest first: those that launch.ts has launched come before their replacements. */
async function instancesOf(run: string): Promise<Instance[]> {
  const tags = { cluster: setting('CLUSTER'), run };
  const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  const orderOf = ({ LaunchTime, InstanceId }: Instance) => `${LaunchTime!.toISOString()} ${InstanceId}`;
  return Reservations.flatMap(({ Instances = [] }) => Instances).sort((one, other) =>
    orderOf(one).localeCompare(orderOf(other)),
  );
}

const isUp = ({ State }: Instance): boolean =>
  State?.Name === InstanceStateName.pending || State?.Name === InstanceStateName.running;

const roleOf = ({ Tags = [] }: Instance): string | undefined => Tags.find(({ Key }) => Key === 'role')?.Value;

async function givesSigns(run: string, { InstanceId, LaunchTime }: Instance): Promise<boolean> {
  const since = Date.now() - numberOf('STALE_SECONDS') * 1000;
  if (LaunchTime!.getTime() >= since) return true;
  const beat = await readJson<{ readonly at: string }>(`${run}/beats/${InstanceId}.json`);
  return beat !== undefined && Date.parse(beat.value.at) >= since;
}

const end = (id: string) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
