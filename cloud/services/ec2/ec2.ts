/** What EC2's operations share: the instances, their lifecycle, and how an instance looks to a client. */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { Call, Core } from '../../contract.ts';
import type { Directory } from '../../identity/directory.ts';
import { malformedId, missing, notFound } from './errors.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Machine } from './machine.ts';
import { CODES, type Instance, type InstanceStore, type StateName } from './store.ts';

export interface Ec2 {
  readonly core: Core;
  readonly store: InstanceStore;
  readonly lifecycle: Lifecycle;
  readonly directory: Directory;
  machine(id: string, instance: () => Instance): Machine;
}

/** The default network of every account. */
export const NETWORK = { vpc: 'vpc-0c0ffee0', subnet: 'subnet-0c0ffee0', group: 'sg-0c0ffee0' } as const;

export const stateOf = (state: StateName) => ({ Code: CODES[state], Name: state });

/** The instances of these ids. Throws when one is malformed or not the caller's. */
export function instancesOf({ store }: Ec2, call: Call, ids: readonly string[] | undefined): Instance[] {
  if (!ids || ids.length === 0) throw missing('InstanceId');
  const unique = [...new Set(ids)];
  const malformed = unique.find((id) => !/^i-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.test(id));
  if (malformed !== undefined) throw malformedId(malformed);
  const found = unique.map((id) => store.find(call.accountId, id));
  const lost = unique.filter((_, index) => found[index] === undefined);
  if (lost.length > 0) throw notFound(lost);
  return found as Instance[];
}

export const tagsOf = ({ tags }: Instance): ec2.Tag[] => [...tags].map(([Key, Value]) => ({ Key, Value }));

/** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html */
export function describeInstance(instance: Instance): ec2.Instance {
  const { profile, stateReason, metadata, address } = instance;
  const alive = instance.state !== 'terminated';
  const host = `ip-${address.replaceAll('.', '-')}.ec2.internal`;
  return {
    AmiLaunchIndex: instance.index,
    Architecture: instance.architecture,
    ClientToken: instance.clientToken,
    EbsOptimized: false,
    EnaSupport: true,
    Hypervisor: 'xen',
    ImageId: instance.imageId,
    InstanceId: instance.id,
    InstanceType: instance.type as ec2._InstanceType,
    LaunchTime: new Date(instance.launchedAt),
    MetadataOptions: {
      State: 'applied',
      HttpTokens: metadata.tokens,
      HttpPutResponseHopLimit: metadata.hopLimit,
      HttpEndpoint: metadata.endpoint,
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: metadata.tags,
    },
    Monitoring: { State: 'disabled' },
    PlatformDetails: 'Linux/UNIX',
    Placement: { AvailabilityZone: instance.zone, GroupName: '', Tenancy: 'default' },
    PrivateDnsName: alive ? host : '',
    ...(alive ? { PrivateIpAddress: address, SubnetId: NETWORK.subnet, VpcId: NETWORK.vpc } : {}),
    PublicDnsName: '',
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    SecurityGroups: alive ? [{ GroupId: NETWORK.group, GroupName: 'default' }] : [],
    SourceDestCheck: true,
    State: stateOf(instance.state),
    StateTransitionReason: instance.transitionReason,
    UsageOperation: 'RunInstances',
    VirtualizationType: 'hvm',
    ...(stateReason ? { StateReason: stateReason } : {}),
    ...(instance.keyName === undefined ? {} : { KeyName: instance.keyName }),
    ...(profile ? { IamInstanceProfile: { Arn: profile.arn, Id: profile.id } } : {}),
    ...(instance.tags.size > 0 ? { Tags: tagsOf(instance) } : {}),
  };
}
