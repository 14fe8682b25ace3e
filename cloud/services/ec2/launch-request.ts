/**
 * Reads what RunInstances is asked for, and refuses what AWS refuses.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../../contract.ts';
import type { Directory, InstanceProfile } from '../../identity/directory.ts';
import { badCombination, invalidValue, missing } from './errors.ts';
import { checkReadable, readMetadataOptions } from './metadata-options.ts';
import type { MetadataOptions } from './store.ts';
import { checkTags } from './tag-rules.ts';
import { DEFAULT_TYPE, vcpusOf } from './types.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html: before base64. */
const LARGEST_USER_DATA = 16_384;
const ZONES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** What a launch makes, and can put tags on. */
const TAGGABLE: readonly string[] = [
  'instance',
  'volume',
  'network-interface',
  'spot-instances-request',
  'elastic-gpu',
];

/** What would make another instance than the one that this cloud launches, and must not seem to work. */
const NOT_BUILT = [
  'LaunchTemplate',
  'InstanceMarketOptions',
  'CapacityReservationSpecification',
  'HibernationOptions',
  'EnclaveOptions',
] as const;

export interface LaunchRequest {
  readonly imageId: string;
  readonly type: string;
  readonly vcpus: number;
  readonly least: number;
  readonly most: number;
  readonly zone: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly profile: InstanceProfile | undefined;
  readonly userData: string | undefined;
  readonly shutdownBehavior: 'stop' | 'terminate';
  readonly metadata: MetadataOptions;
}

export function readLaunch(input: ec2.RunInstancesCommandInput, call: Call, directory: Directory): LaunchRequest {
  const other = NOT_BUILT.find((name) => input[name] !== undefined);
  if (other) throw new AwsError('NotImplemented', `Instances of this cloud do not take ${other}.`, 501);
  const imageId = imageOf(input.ImageId);
  const type = input.InstanceType ?? DEFAULT_TYPE;
  const vcpus = vcpusOf(type);
  if (vcpus === undefined) throw invalidValue(`Invalid value '${type}' for InstanceType.`);
  if (input.MinCount === undefined) throw missing('MinCount');
  if (input.MaxCount === undefined) throw missing('MaxCount');
  for (const [name, value] of [['minCount', input.MinCount] as const, ['maxCount', input.MaxCount] as const]) {
    if (value < 1)
      throw invalidValue(`Value (${value}) for parameter ${name} is invalid. Expected a positive integer.`);
  }
  if (input.MinCount > input.MaxCount) {
    throw badCombination('The minimum instance count must not be larger than the maximum instance count');
  }
  const behavior = input.InstanceInitiatedShutdownBehavior ?? 'stop';
  if (behavior !== 'stop' && behavior !== 'terminate') {
    throw invalidValue(`Value (${behavior}) for parameter instanceInitiatedShutdownBehavior is invalid.`);
  }
  const tags = tagsOf(input.TagSpecifications);
  const metadata = readMetadataOptions(input.MetadataOptions);
  checkReadable(metadata, tags.keys());
  return {
    imageId,
    type,
    vcpus,
    least: input.MinCount,
    most: input.MaxCount,
    zone: zoneOf(input.Placement?.AvailabilityZone, call.region),
    tags,
    profile: profileOf(input.IamInstanceProfile, call, directory),
    userData: checkUserData(input.UserData),
    shutdownBehavior: behavior,
    metadata,
  };
}

/** An image's id, or a public parameter that names the newest one. */
function imageOf(id: string | undefined): string {
  if (!id) throw missing('ImageId');
  if (/^resolve:ssm:\/?[\w./-]+$/.test(id)) return 'ami-0abcdef1234567890';
  if (/^ami-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.test(id)) return id;
  throw new AwsError('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
}

function zoneOf(zone: string | undefined, region: string): string {
  if (zone === undefined) return `${region}a`;
  if (ZONES.some((letter) => zone === region + letter)) return zone;
  throw invalidValue(`Invalid availability zone: [${zone}]`);
}

function tagsOf(specifications: readonly ec2.TagSpecification[] | undefined): Map<string, string> {
  const tags = new Map<string, string>();
  for (const { ResourceType, Tags = [] } of specifications ?? []) {
    if (ResourceType === undefined) throw missing('ResourceType');
    if (!TAGGABLE.includes(ResourceType)) {
      throw invalidValue(`'${ResourceType}' is not a valid taggable resource type for this operation.`);
    }
    if (ResourceType !== 'instance') continue;
    checkTags(Tags);
    for (const { Key, Value } of Tags) {
      if (tags.has(Key!)) throw invalidValue(`Tag key ${Key} is specified more than once`);
      tags.set(Key!, Value ?? '');
    }
  }
  return tags;
}

function profileOf(
  given: ec2.IamInstanceProfileSpecification | undefined,
  call: Call,
  directory: Directory,
): InstanceProfile | undefined {
  if (!given || (given.Arn === undefined && given.Name === undefined)) return undefined;
  if (given.Arn !== undefined && given.Name !== undefined) {
    throw badCombination(
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  const found =
    given.Arn === undefined
      ? directory.find(directory.profiles, call.accountId, given.Name!)
      : directory.profiles.get(given.Arn);
  if (found?.accountId === call.accountId) return found;
  throw given.Arn === undefined
    ? invalidValue(
        `Value (${given.Name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
      )
    : invalidValue(
        `Value (${given.Arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`,
      );
}

export function checkUserData(userData: string | undefined): string | undefined {
  if (userData === undefined || userData === '') return undefined;
  const text = userData.replace(/\s/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(text, 'base64').length > LARGEST_USER_DATA) {
    throw invalidValue(`User data is limited to ${LARGEST_USER_DATA} bytes`);
  }
  return text;
}
