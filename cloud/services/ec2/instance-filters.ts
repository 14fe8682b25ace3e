/**
 * What filters look at in an instance and in its status. What an instance here never has (a public address, a Spot request) no
 * value matches.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html and
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { Filterable, Look } from './filters.ts';
import type { Instance } from './store.ts';

type Value = string | number | boolean | undefined;

const instanceFields: Readonly<Record<string, (instance: ec2.Instance) => Value | readonly Value[]>> = {
  architecture: ({ Architecture }) => Architecture,
  'availability-zone': ({ Placement }) => Placement?.AvailabilityZone,
  'client-token': ({ ClientToken }) => ClientToken || undefined,
  'dns-name': ({ PublicDnsName }) => PublicDnsName || undefined,
  'ebs-optimized': ({ EbsOptimized }) => EbsOptimized,
  'ena-support': ({ EnaSupport }) => EnaSupport,
  hypervisor: ({ Hypervisor }) => Hypervisor,
  'iam-instance-profile.arn': ({ IamInstanceProfile }) => IamInstanceProfile?.Arn,
  'iam-instance-profile.id': ({ IamInstanceProfile }) => IamInstanceProfile?.Id,
  'image-id': ({ ImageId }) => ImageId,
  'instance-id': ({ InstanceId }) => InstanceId,
  'instance-lifecycle': ({ InstanceLifecycle }) => InstanceLifecycle,
  'instance-state-code': ({ State }) => State?.Code,
  'instance-state-name': ({ State }) => State?.Name,
  'instance-type': ({ InstanceType }) => InstanceType,
  'instance.group-id': ({ SecurityGroups }) => SecurityGroups?.map(({ GroupId }) => GroupId),
  'instance.group-name': ({ SecurityGroups }) => SecurityGroups?.map(({ GroupName }) => GroupName),
  'ip-address': ({ PublicIpAddress }) => PublicIpAddress,
  'ipv6-address': ({ Ipv6Address }) => Ipv6Address,
  'kernel-id': ({ KernelId }) => KernelId,
  'key-name': ({ KeyName }) => KeyName,
  'launch-index': ({ AmiLaunchIndex }) => AmiLaunchIndex,
  'launch-time': ({ LaunchTime }) => LaunchTime?.toISOString(),
  'metadata-options.http-endpoint': ({ MetadataOptions }) => MetadataOptions?.HttpEndpoint,
  'metadata-options.http-protocol-ipv6': ({ MetadataOptions }) => MetadataOptions?.HttpProtocolIpv6,
  'metadata-options.http-put-response-hop-limit': ({ MetadataOptions }) => MetadataOptions?.HttpPutResponseHopLimit,
  'metadata-options.http-tokens': ({ MetadataOptions }) => MetadataOptions?.HttpTokens,
  'metadata-options.instance-metadata-tags': ({ MetadataOptions }) => MetadataOptions?.InstanceMetadataTags,
  'metadata-options.state': ({ MetadataOptions }) => MetadataOptions?.State,
  'monitoring-state': ({ Monitoring }) => Monitoring?.State,
  'placement-group-name': ({ Placement }) => Placement?.GroupName || undefined,
  platform: ({ Platform }) => Platform,
  'platform-details': ({ PlatformDetails }) => PlatformDetails,
  'private-dns-name': ({ PrivateDnsName }) => PrivateDnsName || undefined,
  'private-ip-address': ({ PrivateIpAddress }) => PrivateIpAddress,
  'ramdisk-id': ({ RamdiskId }) => RamdiskId,
  reason: ({ StateTransitionReason }) => StateTransitionReason || undefined,
  'root-device-name': ({ RootDeviceName }) => RootDeviceName,
  'root-device-type': ({ RootDeviceType }) => RootDeviceType,
  'source-dest-check': ({ SourceDestCheck }) => SourceDestCheck,
  'spot-instance-request-id': ({ SpotInstanceRequestId }) => SpotInstanceRequestId,
  'state-reason-code': ({ StateReason }) => StateReason?.Code,
  'state-reason-message': ({ StateReason }) => StateReason?.Message,
  'subnet-id': ({ SubnetId }) => SubnetId,
  'tag-key': ({ Tags }) => Tags?.map(({ Key }) => Key),
  'tag-value': ({ Tags }) => Tags?.map(({ Value }) => Value),
  tenancy: ({ Placement }) => Placement?.Tenancy,
  'usage-operation': ({ UsageOperation }) => UsageOperation,
  'virtualization-type': ({ VirtualizationType }) => VirtualizationType,
  'vpc-id': ({ VpcId }) => VpcId,
};

const statusFields: Readonly<Record<string, (status: ec2.InstanceStatus) => Value | readonly Value[]>> = {
  'availability-zone': ({ AvailabilityZone }) => AvailabilityZone,
  'instance-state-code': ({ InstanceState }) => InstanceState?.Code,
  'instance-state-name': ({ InstanceState }) => InstanceState?.Name,
  'instance-status.reachability': ({ InstanceStatus }) => InstanceStatus?.Details?.map(({ Status }) => Status),
  'instance-status.status': ({ InstanceStatus }) => InstanceStatus?.Status,
  'system-status.reachability': ({ SystemStatus }) => SystemStatus?.Details?.map(({ Status }) => Status),
  'system-status.status': ({ SystemStatus }) => SystemStatus?.Status,
};

/** Prefixes, where a dot ends them, and names of filters that AWS has beside these. */
const INSTANCE_OTHERS = `
  affinity availability-zone-id block-device-mapping. boot-mode capacity-reservation-id capacity-reservation-specification.
  current-instance-boot-mode enclave-options.enabled hibernation-options.configured host-id maintenance-options.auto-recovery
  metadata-options.http-protocol-ipv4 network-interface. network-performance-options.bandwidth-weighting operator. outpost-arn
  placement-partition-number private-dns-name-options. product-code product-code.type requester-id tpm-support
  usage-operation-update-time`;
const STATUS_OTHERS = `
  application-status.status attached-ebs-status.status availability-zone-id event. operator.`;

const words = (text: string): string[] => text.trim().split(/\s+/);

const valuesOf = (seen: Value | readonly Value[]): string[] =>
  [seen].flat().flatMap((value) => (value === undefined ? [] : [String(value)]));

/** An instance, or its status, as it is told of. */
interface Described<T> {
  readonly of: Instance;
  readonly told: T;
}

export const instanceFilters: Filterable<Described<ec2.Instance>> = {
  operation: 'DescribeInstances',
  look(name): Look<Described<ec2.Instance>> | undefined {
    if (name === 'owner-id') return ({ of }) => [of.accountId];
    if (name === 'reservation-id') return ({ of }) => [of.reservationId];
    const tag = /^tag:(.+)$/.exec(name)?.[1];
    if (tag !== undefined) return ({ of }) => valuesOf(of.tags.get(tag));
    const field = Object.hasOwn(instanceFields, name) ? instanceFields[name] : undefined;
    return field && (({ told }) => valuesOf(field(told)));
  },
  others: words(INSTANCE_OTHERS),
};

export const statusFilters: Filterable<Described<ec2.InstanceStatus>> = {
  operation: 'DescribeInstanceStatus',
  look(name) {
    const field = Object.hasOwn(statusFields, name) ? statusFields[name] : undefined;
    return field && (({ told }) => valuesOf(field(told)));
  },
  others: words(STATUS_OTHERS),
};
