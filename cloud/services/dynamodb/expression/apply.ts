/**
 * Applies a parsed update expression to an item. Every value is read from the item as it was before.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { validation } from '../errors.ts';
import { sameValue } from '../value/compare.ts';
import { add, formatDecimal, negate, parseDecimal } from '../value/number.ts';
import { type Item, members, sorted, type TypeName, typeOf } from '../value/value.ts';
import { lookUp } from './evaluate.ts';
import type { Path, SetValue, Update } from './tree.ts';

const wrongType = () => validation('An operand in the update expression has an incorrect data type');
const wrongPath = () => validation('The document path provided in the update expression is invalid for update');
const missing = () => validation('The provided expression refers to an attribute that does not exist in the item');

/** The updated item; the given one stays as it is. Throws `ValidationException`. */
export function applyUpdate(update: Update, item: Item): Item {
  for (const path of update.paths) parentOf(item, path);
  const sets = update.set.map(({ path, value }) => ({ path, value: resolve(value, item) }));
  const changed = copyEntries(item);
  // Members that are set behind a list's end are appended, in the order of their indexes.
  for (const { path, value } of sets.sort((left, right) => order(left.path, right.path))) put(changed, path, value);
  for (const { path, value } of update.add) put(changed, path, added(lookUp(item, path), value));
  const removed = [...update.remove];
  for (const { path, value } of update.delete) {
    const left = without(lookUp(item, path), value);
    if (left) put(changed, path, left);
    else removed.push(path);
  }
  // From the last index to the first, so that those still to be removed do not move.
  for (const path of removed.sort((left, right) => order(right, left))) remove(changed, path);
  return changed;
}

function resolve(value: SetValue, item: Item): AttributeValue {
  switch (value.kind) {
    case 'value':
      return value.value;
    case 'path': {
      const found = lookUp(item, value.path);
      if (!found) throw missing();
      return found;
    }
    case 'call': {
      const [first, second] = value.operands;
      if (value.name === 'list_append') {
        const lists = [resolve(first!, item).L, resolve(second!, item).L];
        if (!lists[0] || !lists[1]) throw wrongType();
        return { L: [...lists[0], ...lists[1]] };
      }
      const fallback = resolve(second!, item);
      return (first!.kind === 'path' ? lookUp(item, first!.path) : undefined) ?? fallback;
    }
    default:
      return sum(resolve(value.left, item), resolve(value.right, item), value.kind === 'difference');
  }
}

function sum(left: AttributeValue, right: AttributeValue, subtract = false): AttributeValue {
  if (left.N === undefined || right.N === undefined) throw wrongType();
  const second = parseDecimal(right.N);
  return { N: formatDecimal(add(parseDecimal(left.N), subtract ? negate(second) : second)) };
}

/** ADD: a sum of numbers or a union of sets; what is not there counts as zero, or as empty. */
function added(before: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (!before) return value;
  if (typeOf(before) !== typeOf(value)) throw wrongType();
  if (value.N !== undefined) return sum(before, value);
  const held = members(before);
  const fresh = members(value).filter((member) => !held.some((other) => sameValue(other, member)));
  return setOf(typeOf(value), [...held, ...fresh])!;
}

/** DELETE: a set without some members; `undefined` where none is left. */
function without(before: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  if (!before) return undefined;
  if (typeOf(before) !== typeOf(value)) throw wrongType();
  const gone = members(value);
  return setOf(
    typeOf(value),
    members(before).filter((member) => !gone.some((other) => sameValue(other, member))),
  );
}

function setOf(type: TypeName, values: readonly AttributeValue[]): AttributeValue | undefined {
  if (values.length === 0) return undefined;
  if (type === 'SS') return sorted({ SS: values.map(({ S }) => S!) });
  if (type === 'NS') return sorted({ NS: values.map(({ N }) => N!) });
  return sorted({ BS: values.map(({ B }) => B!) });
}

function put(item: Item, path: Path, value: AttributeValue): void {
  const last = path.at(-1)!;
  const parent = parentOf(item, path);
  if (Array.isArray(parent)) parent[Math.min(last as number, parent.length)] = value;
  else parent[last] = value;
}

function remove(item: Item, path: Path): void {
  const last = path.at(-1)!;
  const parent = parentOf(item, path);
  if (Array.isArray(parent)) parent.splice(last as number, 1);
  else delete parent[last];
}

/** The map or list that a path ends in. Throws where the path leads through something else. */
function parentOf(item: Item, path: Path): Item | AttributeValue[] {
  const last = path.at(-1);
  if (path.length === 1) return item;
  const parent = lookUp(item, path.slice(0, -1) as unknown as Path);
  const holder = typeof last === 'number' ? parent?.L : parent?.M;
  if (!holder) throw wrongPath();
  return holder;
}

function order(left: Path, right: Path): number {
  for (const [index, step] of left.entries()) {
    const other = right[index];
    if (typeof step === 'number' && typeof other === 'number' && step !== other) return step - other;
  }
  return 0;
}

/** Copies maps and lists; what they hold at the end is never changed in place. */
function copyEntries(entries: Item): Item {
  const copy = Object.create(null) as Item;
  for (const [name, value] of Object.entries(entries)) copy[name] = copyValue(value);
  return copy;
}

function copyValue(value: AttributeValue): AttributeValue {
  if (value.L) return { L: value.L.map(copyValue) };
  return value.M ? { M: copyEntries(value.M) } : value;
}
