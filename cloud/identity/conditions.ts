/**
 * Condition operators of policies. `unknown`: an operator that is not built here.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { many, matches, type Statement } from './policy.ts';

type Test = (seen: string, wanted: string) => boolean;

const operators: Readonly<Record<string, { readonly test: Test; readonly negated?: true }>> = {
  StringEquals: { test: (seen, wanted) => seen === wanted },
  StringNotEquals: { test: (seen, wanted) => seen === wanted, negated: true },
  StringEqualsIgnoreCase: { test: (seen, wanted) => seen.toLowerCase() === wanted.toLowerCase() },
  StringLike: { test: (seen, wanted) => matches(wanted, seen) },
  StringNotLike: { test: (seen, wanted) => matches(wanted, seen), negated: true },
  ArnEquals: { test: (seen, wanted) => matches(wanted, seen) },
  ArnLike: { test: (seen, wanted) => matches(wanted, seen) },
  ArnNotEquals: { test: (seen, wanted) => matches(wanted, seen), negated: true },
  ArnNotLike: { test: (seen, wanted) => matches(wanted, seen), negated: true },
  Bool: { test: (seen, wanted) => seen.toLowerCase() === wanted.toLowerCase() },
  NumericEquals: { test: (seen, wanted) => Number(seen) === Number(wanted) },
  NumericLessThan: { test: (seen, wanted) => Number(seen) < Number(wanted) },
  NumericLessThanEquals: { test: (seen, wanted) => Number(seen) <= Number(wanted) },
  NumericGreaterThan: { test: (seen, wanted) => Number(seen) > Number(wanted) },
  NumericGreaterThanEquals: { test: (seen, wanted) => Number(seen) >= Number(wanted) },
  DateLessThan: { test: (seen, wanted) => Date.parse(seen) < Date.parse(wanted) },
  DateGreaterThan: { test: (seen, wanted) => Date.parse(seen) > Date.parse(wanted) },
};

/** Do all conditions hold? Keys are compared without regard to case. */
export function conditionsHold(
  conditions: Statement['Condition'],
  context: Readonly<Record<string, string>>,
): 'yes' | 'no' | 'unknown' {
  const seen = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  let unknown = false;
  for (const [name, keys] of Object.entries(conditions ?? {})) {
    const operator = operators[name.replace(/IfExists$/, '')];
    if (!operator && name !== 'Null') {
      unknown = true;
      continue;
    }
    for (const [key, given] of Object.entries(keys)) {
      const value = seen.get(key.toLowerCase());
      const wanted = many(given).map(String);
      if (!operator) {
        if (wanted.some((word) => (word === 'true') !== (value === undefined))) return 'no';
      } else if (value === undefined) {
        if (!name.endsWith('IfExists') && !operator.negated) return 'no';
      } else if (wanted.some((word) => operator.test(value, word)) === Boolean(operator.negated)) {
        return 'no';
      }
    }
  }
  return unknown ? 'unknown' : 'yes';
}
