/** Ranges of IP addresses, as `10.0.0.0/24` or `2001:db8::/32`. */
import { BlockList, isIP } from 'node:net';

/** A test of whether a text is an address in the range; `undefined` where the range is none. */
export function readCidr(text: string): ((seen: string) => boolean) | undefined {
  const [, address, digits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = address === undefined ? 0 : isIP(address);
  const bits = Number(digits);
  if (version === 0 || bits > (version === 4 ? 32 : 128)) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(address!, bits, family);
  return (seen) => isIP(seen) === version && range.check(seen, family);
}
