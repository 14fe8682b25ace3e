/** Which attributes an expression names: for the rules about keys. */
import { validation } from '../errors.ts';
import type { KeySchema } from '../keys.ts';
import type { Condition, Operand, Path } from './tree.ts';

export function pathsOf(condition: Condition): Path[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...pathsOf(condition.left), ...pathsOf(condition.right)];
    case 'not':
      return pathsOf(condition.condition);
    default:
      return condition.operands.flatMap(pathsOfOperand);
  }
}

function pathsOfOperand(operand: Operand): Path[] {
  if (operand.kind === 'path') return [operand.path];
  return operand.kind === 'call' ? operand.operands.flatMap(pathsOfOperand) : [];
}

/** Keys hold strings, numbers or binaries: no path leads into one. Throws `ValidationException`. */
export function assertScalarKeys(paths: readonly Path[], { hash, range }: KeySchema, what = 'Key'): void {
  for (const [name, ...steps] of paths) {
    if (steps.length > 0 && (name === hash.name || name === range?.name)) {
      throw validation(
        `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${what}: ${name}`,
      );
    }
  }
}
