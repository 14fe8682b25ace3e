/**
 * What an update may make of the keys of a table's indexes.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, where the messages are.
 */
import { invalidValues, validation } from '../errors.ts';
import { assertScalarKeys } from '../expression/attributes.ts';
import type { Update } from '../expression/tree.ts';
import { keyAttributes, mostKeyBytes } from '../keys.ts';
import type { Table } from '../table.ts';
import { valueSize } from '../value/size.ts';
import { type Item, typeOf } from '../value/value.ts';

/** What can be seen of the expression alone: no path into an index's key, no value of a wrong type for one. */
export function assertUpdateFits(update: Update, table: Table): void {
  for (const { definition } of table.allIndexes()) {
    assertScalarKeys(update.paths, definition.schema, 'IndexKey');
    for (const { path, value } of update.set) {
      const key = keyAttributes(definition.schema).find(({ name }) => name === path[0]);
      if (!key || value.kind !== 'value' || typeOf(value.value) === key.type) continue;
      throw invalidValues(
        `Type mismatch for Index Key ${key.name} Expected: ${key.type} Actual: ${typeOf(value.value)} IndexName: ${definition.name}`,
      );
    }
  }
}

/** What only the result shows. What the update has left alone may be as it was before the index came. */
export function assertUpdatedFits(item: Item, before: Item, table: Table): void {
  const keys = table.allIndexes().flatMap(({ definition: { schema } }) => {
    return keyAttributes(schema).map((key) => ({ ...key, most: mostKeyBytes(key.name, schema) }));
  });
  for (const { name, type, most } of keys) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (!value || value === before[name]) continue;
    if (typeOf(value) !== type) {
      throw validation('The update expression attempted to update the secondary index key to unsupported type');
    }
    if (type !== 'N' && valueSize(value) === 0) {
      throw validation(
        'One or more parameter values are not valid. The update expression attempted to update a secondary index key to ' +
          'a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ' +
          `${type === 'S' ? 'string' : 'binary'} value.`,
      );
    }
    if (valueSize(value) > most) {
      throw validation('The update expression attempted to update the secondary index key beyond allowed size limits');
    }
  }
}
