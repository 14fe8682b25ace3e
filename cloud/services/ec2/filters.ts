/**
 * Filters and pages of Describe operations. Values of one filter are alternatives, filters hold together.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */

import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../../contract.ts';
import { ANY_TEXT, type Glob, matchesGlob, ONE_CHARACTER } from '../../core/glob.ts';
import { type Key, page } from '../../core/pages.ts';
import { badCombination, invalidValue } from './errors.ts';

/** Bounds of a page. */
const [LEAST, MOST] = [5, 1000];

/** What a filter sees of an item. */
export type Look<T> = (of: T) => readonly string[];

/** What an operation can filter by. */
export interface Filterable<T> {
  readonly operation: string;
  look(name: string): Look<T> | undefined;
  /** What AWS's can filter by beside it: names, and prefixes that a dot ends. */
  readonly others: readonly string[];
}

/** Throws `InvalidParameterValue` for a filter that there is not; 501 for one that AWS has and this cloud has not. */
export function matching<T>(
  all: readonly T[],
  filters: readonly Filter[] | undefined,
  { operation, look: lookFor, others }: Filterable<T>,
): T[] {
  const tests = (filters ?? []).map(({ Name = '', Values = [] }) => {
    const look = lookFor(Name);
    if (!look && others.some((other) => (other.endsWith('.') ? Name.startsWith(other) : Name === other))) {
      throw new AwsError('NotImplemented', `The filter ${Name} of ec2:${operation} is not built in this cloud.`, 501);
    }
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
