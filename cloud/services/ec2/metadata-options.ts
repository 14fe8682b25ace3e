/**
 * What a launch says of the metadata service.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html
 */
import type { InstanceMetadataOptionsRequest } from '@aws-sdk/client-ec2';
import { invalidValue } from './errors.ts';
import type { MetadataOptions } from './store.ts';

const MOST_HOPS = 64;

/** Images of today ask for tokens unless a launch says otherwise. Throws `InvalidParameterValue`. */
export function readMetadataOptions(given: InstanceMetadataOptionsRequest = {}): MetadataOptions {
  const { HttpPutResponseHopLimit: hopLimit = 2 } = given;
  oneOf('HttpProtocolIpv6', given.HttpProtocolIpv6, ['disabled', 'enabled']);
  if (!Number.isInteger(hopLimit) || hopLimit < 1 || hopLimit > MOST_HOPS) {
    throw invalidValue(
      `Value (${hopLimit}) for parameter HttpPutResponseHopLimit is invalid. Expected a value from 1 to ${MOST_HOPS}.`,
    );
  }
  return {
    tokens: oneOf('HttpTokens', given.HttpTokens, ['required', 'optional']),
    endpoint: oneOf('HttpEndpoint', given.HttpEndpoint, ['enabled', 'disabled']),
    tags: oneOf('InstanceMetadataTags', given.InstanceMetadataTags, ['disabled', 'enabled']),
    hopLimit,
  };
}

/** The first of the values where nothing is given. */
function oneOf<T extends string>(parameter: string, given: string | undefined, values: readonly [T, T]): T {
  const found = values.find((value) => value === (given ?? values[0]));
  if (found === undefined) throw invalidValue(`Value (${given}) for parameter ${parameter} is invalid.`);
  return found;
}

/** Tags become part of a path there: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html */
export function checkReadable(options: MetadataOptions, keys: Iterable<string>): void {
  if (options.tags === 'disabled') return;
  for (const key of keys) {
    if (/^[0-9a-zA-Z\-_+=,.@:]{1,255}$/.test(key) && !['.', '..', '_index'].includes(key)) continue;
    throw invalidValue(
      `'${key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
    );
  }
}
