/**
 * Which messages a subscription is to get: patterns as EventBridge has them, on a message's attributes or on its body.
 * Mirrors https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
import { AwsError } from '../../contract.ts';
import type { Json } from '../events/field-tests.ts';
import { matches, parsePattern } from '../events/pattern.ts';
import type { MessageAttributes } from './message.ts';
import type { Filter, Subscription } from './store.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;
const SCOPES = ['MessageAttributes', 'MessageBody'] as const;

/** The filter that a subscription's attributes ask for. `wrong` makes the error of what is wrong. */
export function readFilter(
  attributes: Subscription['attributes'],
  wrong: (why: string) => AwsError,
): Filter | undefined {
  const scope = attributes.get('FilterPolicyScope') ?? 'MessageAttributes';
  if (!isScope(scope)) {
    throw wrong(`FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`);
  }
  const text = attributes.get('FilterPolicy');
  if (!text || text === '{}') return undefined;
  const refuse = (why: string) => wrong(`FilterPolicy: ${why}`);
  const policy = parse(text, refuse);
  if (scope === 'MessageAttributes' && !Object.values(policy).every(Array.isArray)) {
    throw refuse('Filter policy scope MessageAttributes does not support nested filter policy');
  }
  const lists = listsOf(policy);
  if (lists.length > MOST_KEYS) throw refuse('Filter policy can not have more than 5 keys');
  if (lists.reduce((product, list) => product * list.length, 1) > MOST_COMBINATIONS) {
    throw refuse('Filter policy is too complex');
  }
  try {
    return { pattern: parsePattern(text), scope };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw refuse(error.message.replace(/^Event pattern is not valid\. Reason: /, ''));
  }
}

const isScope = (given: string): given is Filter['scope'] => (SCOPES as readonly string[]).includes(given);

function parse(text: string, refuse: (why: string) => AwsError): Record<string, Json> {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw refuse('failed to parse JSON.');
  }
  if (policy === null || typeof policy !== 'object' || Array.isArray(policy)) throw refuse('Filter is not an object');
  return policy as Record<string, Json>;
}

/** The lists of values of a policy, those of nested keys too. */
function listsOf(policy: Json): (readonly Json[])[] {
  if (policy === null || typeof policy !== 'object') return [];
  return Object.entries(policy as Record<string, Json>).flatMap(([name, value]) => {
    if (!Array.isArray(value)) return listsOf(value);
    return name === '$or' ? value.flatMap(listsOf) : [value as readonly Json[]];
  });
}

/** A body that is no JSON object passes no filter on bodies. */
export function passes(filter: Filter | undefined, message: string, attributes: MessageAttributes): boolean {
  if (!filter) return true;
  if (filter.scope === 'MessageAttributes') return matches(filter.pattern, valuesOf(attributes));
  try {
    const body = JSON.parse(message) as Json;
    return body !== null && typeof body === 'object' && matches(filter.pattern, body);
  } catch {
    return false;
  }
}

/** An attribute's value as filters see it: a text, a number, or the members of a list. Of a binary one only that it is there. */
function valuesOf(attributes: MessageAttributes): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = '', StringValue = '' }]): [string, Json] => {
      if (DataType.startsWith('Number')) return [name, Number(StringValue)];
      if (DataType.startsWith('Binary')) return [name, { binary: true }];
      return [name, DataType === 'String.Array' ? membersOf(StringValue) : StringValue];
    }),
  );
}

function membersOf(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    return Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}
