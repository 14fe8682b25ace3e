/**
 * What an instance can read about itself.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories
 */
import { decode } from '../../../wire/request.ts';
import type { Instance } from '../store.ts';

type Item = string | Uint8Array | Promise<string>;
export type Tree = { readonly [name: string]: string | Uint8Array | Tree | (() => Item) };

export interface About {
  readonly region: string;
  /** Name of the profile's role, when it has both. */
  readonly role: string | undefined;
  /** The role's credentials, as JSON. */
  readonly credentials: () => Item;
}

/** The item at a path, or the names of those below it. `/latest` and `/2024-04-11` are the same here. */
export function readItem(instance: Instance, about: About, path: string): Item | undefined {
  const [version, ...names] = path.split('/').filter((name) => name !== '');
  if (version === undefined) return '1.0\n2021-07-15\nlatest';
  if (!/^(latest|1\.0|\d{4}-\d\d-\d\d)$/.test(version)) return undefined;
  let node: Tree[string] | undefined = treeOf(instance, about);
  for (const name of names) {
    if (typeof node !== 'object' || node instanceof Uint8Array) return undefined;
    const plain = decode(name);
    node = Object.hasOwn(node, plain) ? node[plain] : undefined;
  }
  if (node === undefined || typeof node === 'string' || node instanceof Uint8Array) return node;
  if (typeof node === 'function') return node();
  return Object.entries(node)
    .map(([name, child]) => (typeof child === 'object' && !(child instanceof Uint8Array) ? `${name}/` : name))
    .join('\n');
}

function treeOf(instance: Instance, { region, role, credentials }: About): Tree {
  const { profile, address } = instance;
  const host = `ip-${address.replaceAll('.', '-')}.ec2.internal`;
  const launched = new Date(instance.launchedAt).toISOString().replace(/\.\d+Z$/, 'Z');
  const iam: Tree = profile
    ? {
        info: JSON.stringify(
          { Code: 'Success', LastUpdated: launched, InstanceProfileArn: profile.arn, InstanceProfileId: profile.id },
          undefined,
          2,
        ),
        ...(role === undefined ? {} : { 'security-credentials': { [role]: credentials } }),
      }
    : {};
  const document = {
    accountId: instance.accountId,
    architecture: instance.architecture,
    availabilityZone: instance.zone,
    imageId: instance.imageId,
    instanceId: instance.id,
    instanceType: instance.type,
    pendingTime: launched,
    privateIp: address,
    region,
    version: '2017-09-30',
  };
  return {
    dynamic: { 'instance-identity': { document: JSON.stringify(document, undefined, 2) } },
    'meta-data': {
      'ami-id': instance.imageId,
      'ami-launch-index': String(instance.index),
      hostname: host,
      ...(profile ? { iam } : {}),
      'instance-action': 'none',
      'instance-id': instance.id,
      'instance-life-cycle': 'on-demand',
      'instance-type': instance.type,
      'local-hostname': host,
      'local-ipv4': address,
      placement: { 'availability-zone': instance.zone, region },
      'reservation-id': instance.reservationId,
      'security-groups': 'default',
      services: { domain: 'amazonaws.com', partition: 'aws' },
      ...(instance.metadata.tags === 'enabled' ? { tags: { instance: Object.fromEntries(instance.tags) } } : {}),
    },
    ...(instance.userData ? { 'user-data': Buffer.from(instance.userData, 'base64') } : {}),
  };
}
