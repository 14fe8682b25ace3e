/**
 * Filters and pages of Describe operations. Values of one filter are alternatives, filters hold together.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */

import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../../contract.ts';
import { ANY_TEXT, type Glob, matchesGlob, ONE_CHARACTER } from '../../core/glob.ts';
import { type Key, page } from '../../core/pages.ts';
import { badCombination, invalidValue } from './errors.ts';
import { CODES, type Instance } from './store.ts';

/** Bounds of a page. */
const [LEAST, MOST] = [5, 1000];

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
  keyOf: (item: T) => Key,
  call: Call,
  { size, token, ids }: { size: number | undefined; token: string | undefined; ids?: readonly string[] | undefined },
): { readonly items: readonly T[]; readonly next?: string } {
  if (size === undefined && token === undefined) return { items: all };
  if (size !== undefined && ids && ids.length > 0) {
    throw badCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  }
  if (size !== undefined && (size < LEAST || size > MOST)) {
    const bound = size < LEAST ? `greater than ${LEAST}` : `less than ${MOST}`;
    throw invalidValue(`Value ( ${size} ) for parameter maxResults is invalid. Expecting a value ${bound}.`);
  }
  return page(all, keyOf, { token, size: size ?? MOST, call }, () => {
    return new AwsError('InvalidNextToken', `The token '${token}' is invalid`);
  });
}
