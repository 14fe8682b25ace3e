/** Checks that STS and IAM make of every request before they look at what it means, told all at once in one message. */
import { AwsError } from '../contract.ts';

export interface Bounds {
  /** Of a text's length. */
  readonly least?: number;
  readonly most?: number;
  /** That the whole text has to match, as the message shows it. */
  readonly pattern?: string;
  /** Of a number. */
  readonly from?: number;
  readonly to?: number;
}

type Constraint = readonly [member: string, value: string | number | undefined, bounds: Bounds, optional?: 'optional'];

/** Throws `ValidationError` with everything that is wrong. */
export function constraints(all: readonly Constraint[]): void {
  const wrong = all.flatMap(([member, value, bounds, optional]) => {
    const why = value === undefined ? (optional ? [] : ['Member must not be null']) : broken(value, bounds);
    const shown = value === undefined ? 'Value null' : `Value '${value}'`;
    return why.map((text) => `${shown} at '${member}' failed to satisfy constraint: ${text}`);
  });
  if (wrong.length === 0) return;
  const count = `${wrong.length} validation error${wrong.length === 1 ? '' : 's'} detected`;
  throw new AwsError('ValidationError', `${count}: ${wrong.join('; ')}`, 400);
}

function broken(value: string | number, { least, most, pattern, from, to }: Bounds): string[] {
  const why: string[] = [];
  if (typeof value === 'number') {
    if (from !== undefined && value < from) why.push(`Member must have value greater than or equal to ${from}`);
    if (to !== undefined && value > to) why.push(`Member must have value less than or equal to ${to}`);
    return why;
  }
  if (least !== undefined && value.length < least) {
    why.push(`Member must have length greater than or equal to ${least}`);
  }
  if (most !== undefined && value.length > most) why.push(`Member must have length less than or equal to ${most}`);
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
    why.push(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  return why;
}
