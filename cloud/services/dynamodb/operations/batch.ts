/** What the two batch operations share: requests by table. */
import { AwsError } from '../../../contract.ts';
import type { Constraints } from '../constraints.ts';
import { isRecord } from '../value/value.ts';

/** The requests of a batch. `listOf`: a table's list, which may not be empty. Throws `ValidationException`. */
export function checkRequestItems<T>(
  given: Readonly<Record<string, T>> | undefined,
  constraints: Constraints,
  listOf: (request: T) => readonly unknown[] | undefined,
): [string, T][] {
  constraints.required('requestItems', given);
  const requests = Object.entries(given ?? {});
  if (given != null && requests.length === 0) {
    constraints.violate('requestItems', {}, 'Member must have length greater than or equal to 1');
  }
  for (const [name, request] of requests) {
    if (!isRecord(request) && !Array.isArray(request)) {
      throw new AwsError('SerializationException', 'Unexpected value type in payload', 400);
    }
    const list = listOf(request);
    constraints.tableName(name, 'requestItems.key').required(`requestItems.${name}.member`, list);
    constraints.length(`requestItems.${name}.member`, list?.length === 0 ? list : undefined, 1, 1);
  }
  constraints.check();
  return requests;
}
