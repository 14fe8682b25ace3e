/**
 * Filters and pages of Describe operations. Values of one filter are alternatives, filters hold together.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */

import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError } from '../../contract.ts';
import { ANY_TEXT, type Glob, matchesGlob, ONE_CHARACTER } from '../../core/glob.ts';
import { badCombination, invalidValue } from './errors.ts';
import { CODES, type Instance } from './store.ts';

/** What a filter of this name looks at; undefined when there is no such filter. */
export type Field<T> = (name: string) => ((of: T) => readonly string[]) | undefined;

export function matching<T>(all: readonly T[], filters: readonly Filter[] | undefined, field: Field<T>): T[] {
  const tests = (filters ?? []).map(({ Name = '', Values = [] }) => {
    const look = field(Name);
    if (!look) throw invalidValue(`The filter '${Name}' is invalid`);
    const patterns = Values.map(patternOf);
    return (of: T) => look(of).some((value) => patterns.some((pattern) => matchesGlob(pattern, value)));
  });
  return all.filter((of) => tests.every((test) => test(of)));
}

/** `*` any text, `?` one character; a backslash takes their meaning away. */
const patternOf = (text: string): Glob =>
  [...text.matchAll(/\\([*?\\])|[*?]|[^*?\\]+|\\/g)].map(([piece, literal]) => {
    if (piece === '*') return ANY_TEXT;
    return piece === '?' ? ONE_CHARACTER : (literal ?? piece);
  });

const fields: Readonly<Record<string, (instance: Instance) => readonly string[]>> = {
  architecture: ({ architecture }) => [architecture],
  'availability-zone': ({ zone }) => [zone],
  'client-token': ({ clientToken }) => [clientToken],
  'iam-instance-profile.arn': ({ profile }) => (profile ? [profile.arn] : []),
  'image-id': ({ imageId }) => [imageId],
  'instance-id': ({ id }) => [id],
  'instance-state-code': ({ state }) => [String(CODES[state])],
  'instance-state-name': ({ state }) => [state],
  'instance-type': ({ type }) => [type],
  'key-name': ({ keyName }) => (keyName === undefined ? [] : [keyName]),
  'launch-index': ({ index }) => [String(index)],
  'launch-time': ({ launchedAt }) => [new Date(launchedAt).toISOString()],
  'owner-id': ({ accountId }) => [accountId],
  'private-ip-address': ({ address }) => [address],
  'reservation-id': ({ reservationId }) => [reservationId],
  'state-reason-code': ({ stateReason }) => (stateReason ? [stateReason.Code] : []),
  'tag-key': ({ tags }) => [...tags.keys()],
};

export const instanceField: Field<Instance> = (name) => {
  const tag = /^tag:(.+)$/.exec(name)?.[1];
  if (tag === undefined) return Object.hasOwn(fields, name) ? fields[name] : undefined;
  return ({ tags }) => (tags.has(tag) ? [tags.get(tag)!] : []);
};

/** One page of a list. Throws for a size out of bounds and for a token that this cloud has not made. */
export function pageOf<T>(
  all: readonly T[],
  { size, token, ids }: { size: number | undefined; token: string | undefined; ids?: readonly string[] | undefined },
  least: number,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  if (size === undefined && token === undefined) return { items: all, next: undefined };
  if (size !== undefined && ids && ids.length > 0) {
    throw badCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  }
  if (size !== undefined && (size < least || size > 1000)) {
    const bound = size < least ? `greater than ${least}` : 'less than 1000';
    throw invalidValue(`Value ( ${size} ) for parameter maxResults is invalid. Expecting a value ${bound}.`);
  }
  const from = token === undefined ? '0' : /^at:(\d+)$/.exec(Buffer.from(token, 'base64').toString('latin1'))?.[1];
  if (from === undefined) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid`);
  const to = Number(from) + (size ?? 1000);
  return {
    items: all.slice(Number(from), to),
    next: to < all.length ? Buffer.from(`at:${to}`).toString('base64') : undefined,
  };
}
