/**
 * Which messages of a queue a function is to see: patterns as EventBridge has them, on the records that the function would get.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
import type { FilterCriteria } from '@aws-sdk/client-lambda';
import { AwsError } from '../../contract.ts';
import type { Json } from '../events/field-tests.ts';
import { type EventPattern, matches, parsePattern } from '../events/pattern.ts';
import { invalidParameter } from './errors.ts';

export interface Filter {
  readonly text: string;
  readonly pattern: EventPattern;
  /** What it wants of a message's body: fields of JSON, plain text, or nothing in particular. */
  readonly body: 'json' | 'text' | undefined;
}

const MOST_FILTERS = 5;

/** Throws `InvalidParameterValueException`. */
export function readFilters({ Filters = [] }: FilterCriteria): Filter[] {
  if (Filters.length > MOST_FILTERS) {
    throw invalidParameter(`Exceeded maximum number of filters allowed: ${MOST_FILTERS}.`);
  }
  return Filters.map(({ Pattern: text = '' }) => {
    const pattern = parse(text);
    const body = (JSON.parse(text) as { body?: unknown }).body;
    return { text, pattern, body: body === undefined ? undefined : Array.isArray(body) ? 'text' : 'json' };
  });
}

function parse(text: string): EventPattern {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter('Invalid filter pattern definition.');
  }
}

/** A filter on fields drops what is not JSON, and one on text drops what is. */
export function passes(filters: readonly Filter[], body: string, record: { readonly [name: string]: Json }): boolean {
  const content = readObject(body);
  return filters.some((filter) => {
    if (filter.body === undefined) return matches(filter.pattern, record);
    if ((filter.body === 'json') !== (content !== undefined)) return false;
    return matches(filter.pattern, { ...record, body: content ?? body });
  });
}

function readObject(body: string): Json | undefined {
  try {
    const content = JSON.parse(body) as Json;
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}
