/**
 * The Condition element: all of its conditions have to hold.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
import type { RequestContext } from './context.ts';
import { operators } from './operators.ts';

export type Scalar = string | number | boolean;
export type Condition = Readonly<Record<string, Readonly<Record<string, Scalar | readonly Scalar[]>>>>;

export type Holds = (context: RequestContext) => boolean;

type SetOperator = 'ForAllValues' | 'ForAnyValue';

interface Name {
  readonly set: SetOperator | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

const NAME = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

function readName(name: string): Name | undefined {
  const [, set, base = '', ifExists] = NAME.exec(name) ?? [];
  if (base === 'Null') return set || ifExists ? undefined : { set: undefined, base, ifExists: false };
  return operators.has(base)
    ? { set: set as SetOperator | undefined, base, ifExists: ifExists !== undefined }
    : undefined;
}

export const isOperator = (name: string): boolean => readName(name) !== undefined;

/** `variables`: the document is of the version that has them. An operator that there is not holds never; documents with one are refused. */
export function compileConditions(condition: Condition | undefined, variables: boolean): Holds {
  const all = Object.entries(condition ?? {}).flatMap(([operator, keys]) => {
    const name = readName(operator);
    return Object.entries(keys).map(([key, given]) => {
      const wanted = (typeof given === 'object' ? given : [given]).map(String);
      return name ? compileOne(name, key.toLowerCase(), wanted, variables) : () => false;
    });
  });
  return (context) => all.every((holds) => holds(context));
}

function compileOne({ set, base, ifExists }: Name, key: string, wanted: readonly string[], variables: boolean): Holds {
  if (base === 'Null') {
    const absent = wanted.map((word) => word.toLowerCase() === 'true');
    return (context) => absent.includes(context.values(key).length === 0);
  }
  const { compile, negated } = operators.get(base)!;
  const tests = wanted.map((value) => compile(value, variables));
  const meets = (seen: string, context: RequestContext) => tests.some((test) => test(seen, context)) !== negated;
  return (context) => {
    const values = context.values(key);
    if (set === undefined) {
      if (values.length === 0) return ifExists || negated;
      // AWS leaves open what comes of several values where no set operator is.
      return negated ? values.every((seen) => meets(seen, context)) : values.some((seen) => meets(seen, context));
    }
    // What is empty counts as absent here.
    if (values.every((seen) => seen === '')) return set === 'ForAllValues' || (ifExists && values.length === 0);
    return set === 'ForAllValues'
      ? values.every((seen) => meets(seen, context))
      : values.some((seen) => meets(seen, context));
  };
}
