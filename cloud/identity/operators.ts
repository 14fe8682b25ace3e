/**
 * Condition operators, one by one: how a value of a policy is compared with one of the request.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { BlockList, isIP } from 'node:net';
import { matchesGlob } from '../core/glob.ts';
import type { RequestContext } from './context.ts';
import { arnParts, readPattern } from './variables.ts';

export type Test = (seen: string, context: RequestContext) => boolean;

interface Operator {
  /** Reads a policy's value. */
  readonly compile: (wanted: string, variables: boolean) => Test;
  readonly negated: boolean;
}

type Compile = Operator['compile'];

const text =
  (wildcards: boolean): Compile =>
  (wanted, variables) => {
    const pattern = readPattern(wanted, { variables, wildcards });
    return (seen, context) => {
      const glob = pattern(context);
      return glob !== undefined && matchesGlob(glob, seen);
    };
  };

const ignoringCase: Compile = (wanted, variables) => {
  const pattern = readPattern(wanted, { variables, wildcards: false });
  return (seen, context) => pattern(context)?.map(String).join('').toLowerCase() === seen.toLowerCase();
};

/** Each of the six parts by itself. */
const arn: Compile = (wanted, variables) => {
  const tests = arnParts(wanted, variables).map((part) => text(true)(part, variables));
  return (seen, context) => {
    const parts = arnParts(seen, false);
    return parts.length === tests.length && tests.every((test, at) => test(parts[at]!, context));
  };
};

const number =
  (holds: (seen: number, wanted: number) => boolean): Compile =>
  (wanted) => {
    const limit = numberOf(wanted);
    return (seen) => holds(numberOf(seen), limit);
  };

const date =
  (holds: (seen: number, wanted: number) => boolean): Compile =>
  (wanted) => {
    const limit = dateOf(wanted);
    return (seen) => holds(dateOf(seen), limit);
  };

const binary: Compile = (wanted) => {
  const bytes = Buffer.from(wanted, 'base64');
  return (seen) => bytes.equals(Buffer.from(seen, 'base64'));
};

/** An address alone is a range of its own. */
const address: Compile = (wanted) => {
  const [base = '', length] = wanted.split('/');
  const range = new BlockList();
  const size = { 0: 0, 4: 32, 6: 128 }[isIP(base)] ?? 0;
  const prefix = length === undefined ? size : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (size > 0 && prefix <= size) range.addSubnet(base, prefix, familyOf(base));
  return (seen) => isIP(seen) > 0 && range.check(seen, familyOf(seen));
};

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const numberOf = (value: string): number => (value.trim() === '' ? Number.NaN : Number(value));

const ISO = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/i;
const LAST_EPOCH = 2n ** 63n - 1n;

/** Milliseconds of a date in ISO 8601 or in seconds since the epoch; NaN where it is neither. */
export function dateOf(value: string): number {
  if (/^\d{1,19}$/.test(value)) return BigInt(value) <= LAST_EPOCH ? Number(value) * 1000 : Number.NaN;
  const parts = ISO.exec(value);
  if (!parts) return Number.NaN;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] =
    parts;
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}` : 'Z';
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3)}${offset}`);
}

/** Names of an operator and of its negation. */
const table: readonly (readonly [compile: Compile, name: string, negation?: string])[] = [
  [text(false), 'StringEquals', 'StringNotEquals'],
  [ignoringCase, 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  [text(true), 'StringLike', 'StringNotLike'],
  [arn, 'ArnEquals', 'ArnNotEquals'],
  [arn, 'ArnLike', 'ArnNotLike'],
  [ignoringCase, 'Bool'],
  [number((seen, wanted) => seen === wanted), 'NumericEquals', 'NumericNotEquals'],
  [number((seen, wanted) => seen < wanted), 'NumericLessThan'],
  [number((seen, wanted) => seen <= wanted), 'NumericLessThanEquals'],
  [number((seen, wanted) => seen > wanted), 'NumericGreaterThan'],
  [number((seen, wanted) => seen >= wanted), 'NumericGreaterThanEquals'],
  [date((seen, wanted) => seen === wanted), 'DateEquals', 'DateNotEquals'],
  [date((seen, wanted) => seen < wanted), 'DateLessThan'],
  [date((seen, wanted) => seen <= wanted), 'DateLessThanEquals'],
  [date((seen, wanted) => seen > wanted), 'DateGreaterThan'],
  [date((seen, wanted) => seen >= wanted), 'DateGreaterThanEquals'],
  [binary, 'BinaryEquals'],
  [address, 'IpAddress', 'NotIpAddress'],
];

export const operators: ReadonlyMap<string, Operator> = new Map(
  table.flatMap(([compile, ...names]) =>
    names.flatMap((name, at): [string, Operator][] =>
      name === undefined ? [] : [[name, { compile, negated: at > 0 }]],
    ),
  ),
);
