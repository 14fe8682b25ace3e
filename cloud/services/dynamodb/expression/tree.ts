/** What the parsers make of expressions: placeholders are resolved, shapes are checked. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A document path: an attribute's name, then names of map entries and indexes of lists. */
export type Path = readonly [string, ...(string | number)[]];

export type Operand = PathOperand | ValueOperand | Call;

export interface PathOperand {
  readonly kind: 'path';
  readonly path: Path;
}

export interface ValueOperand {
  readonly kind: 'value';
  readonly value: AttributeValue;
}

/** A function: a condition, an operand (`size`), or a value to set. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly operands: readonly Operand[];
}

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly operands: readonly [Operand, Operand] }
  | { readonly kind: 'between'; readonly operands: readonly [Operand, Operand, Operand] }
  | { readonly kind: 'in'; readonly operands: readonly Operand[] }
  | Call;

/** The value of a SET: an operand, or a sum or difference of two. */
export type SetValue =
  | Operand
  | { readonly kind: 'sum' | 'difference'; readonly left: SetValue; readonly right: SetValue };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly value: SetValue }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: AttributeValue }[];
  readonly delete: readonly { readonly path: Path; readonly value: AttributeValue }[];
  /** All paths that it touches, as they stand in the expression. */
  readonly paths: readonly Path[];
}

/** `[m, k, [0]]`, as DynamoDB's messages show paths. */
export const showPath = (path: Path): string =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;

export const samePath = (left: Path, right: Path): boolean =>
  left.length === right.length && left.every((step, index) => step === right[index]);
