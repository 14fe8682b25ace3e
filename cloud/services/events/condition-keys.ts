/**
 * EventBridge's own condition keys.
 * Mirrors https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
import { AwsError } from '../../contract.ts';
import { isText, type Json } from './field-tests.ts';
import type { Rule } from './store.ts';

export type ConditionKeys = Readonly<Record<string, string>>;

/** Of an event that PutEvents, or a service, puts on a bus. */
export const keysOfEvent = (source: string | undefined, detailType: string | undefined): ConditionKeys => ({
  ...(source === undefined ? {} : { 'events:source': source }),
  ...(detailType === undefined ? {} : { 'events:detail-type': detailType }),
  'events:eventBusInvocation': 'false',
});

/** Of a rule that is there: the account that made it. */
export const keysOfRule = (rule: Rule | undefined): ConditionKeys =>
  rule ? { 'events:creatorAccount': rule.creator } : {};

/** What of a pattern conditions can ask for. */
const FIELDS = ['source', 'detail-type', 'detail.userIdentity.principalId', 'detail.service', 'detail.eventTypeCode'];
const MOST_COMBINATIONS = 10_000;

/**
 * Of a pattern: one set of keys for each combination of values, all of which have to be allowed. A field that the pattern leaves
 * open, or names otherwise than by whole values, has no key. Throws 501 for more combinations than are worth looking at.
 */
export function keysOfPattern(pattern: string | undefined): ConditionKeys[] {
  const parsed = pattern === undefined ? null : (JSON.parse(pattern) as Json);
  return FIELDS.reduce<ConditionKeys[]>(
    (combinations, field) => {
      const values = valuesAt(parsed, field.split('.'));
      if (values.length === 0) return combinations;
      if (combinations.length * values.length > MOST_COMBINATIONS) {
        throw new AwsError(
          'NotImplemented',
          `Patterns of more than ${MOST_COMBINATIONS} combinations of sources and detail types are not built in this cloud.`,
          501,
        );
      }
      return combinations.flatMap((keys) => values.map((value) => ({ ...keys, [`events:${field}`]: value })));
    },
    [{}],
  );
}

function valuesAt(json: Json, path: readonly string[]): readonly string[] {
  let found: Json | undefined = json;
  for (const name of path) {
    found =
      found !== null && typeof found === 'object' && !Array.isArray(found) && Object.hasOwn(found, name)
        ? (found as { readonly [name: string]: Json })[name]
        : null;
  }
  return Array.isArray(found) && found.every(isText) ? found : [];
}
