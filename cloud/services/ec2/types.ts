/**
 * Instance types, as far as this cloud has to know them: how many virtual CPUs count against the limit.
 * Mirrors https://docs.aws.amazon.com/ec2/latest/instancetypes/
 */
const FAMILIES = /^(?:t2|t3|t3a|t4g|[mcr](?:[4-8])(?:[agin]|gd|id|idn|flex)?)$/;
const SIZES = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge'];

/** What RunInstances launches when it is not told. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export const DEFAULT_TYPE = 'm1.small';

/** Virtual CPUs of a type; undefined for one that there is not. */
export function vcpusOf(type: string): number | undefined {
  if (type === DEFAULT_TYPE) return 1;
  const [family = '', size = ''] = type.split('.');
  if (!FAMILIES.test(family)) return undefined;
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  if (times !== undefined) return 4 * Number(times);
  if (!SIZES.includes(size)) return undefined;
  const burstable = family.startsWith('t');
  if (!burstable && ['nano', 'micro', 'small'].includes(size)) return undefined;
  if (size === 'xlarge') return 4;
  if (size === 'large') return 2;
  // The smallest ones of T2 have one, those of T3 and later two.
  if (family === 't2') return size === 'medium' ? 2 : 1;
  return burstable ? 2 : 1;
}

export const architectureOf = (type: string): 'arm64' | 'x86_64' =>
  /^(?:t4g|[mcr]\d\w*g\w*)\./.test(type) ? 'arm64' : 'x86_64';
