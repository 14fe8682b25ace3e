/** Checks of a request's members, told all at once in the words of AWS's own validation. */
import { AwsError } from '../contract.ts';

export interface Limits {
  readonly required?: true;
  /** As AWS writes it; it has to match the whole value. */
  readonly pattern?: string;
  readonly length?: readonly [number, number];
  readonly range?: readonly [number, number];
  readonly oneOf?: readonly string[];
}

type Value = string | number | readonly unknown[] | undefined;

export class Constraints {
  private readonly errors: string[] = [];

  /** `path` is the member's, as `targets.1.member.id`. */
  check(value: Value, path: string, limits: Limits): this {
    if (value === undefined) {
      if (limits.required)
        this.errors.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
      return this;
    }
    for (const rule of broken(value, limits)) {
      this.errors.push(`Value '${value}' at '${path}' failed to satisfy constraint: Member must ${rule}`);
    }
    return this;
  }

  /** Adds an error that has been found elsewhere: `rule` is all that follows the colon. */
  broken(shown: string, path: string, rule: string): this {
    this.errors.push(`Value '${shown}' at '${path}' failed to satisfy constraint: ${rule}`);
    return this;
  }

  /** Throws `ValidationException`, or what a service has in its place, where a check has failed. */
  enforce(code = 'ValidationException'): void {
    const { length } = this.errors;
    if (length === 0) return;
    throw new AwsError(
      code,
      `${length} validation error${length > 1 ? 's' : ''} detected: ${this.errors.join('; ')}`,
      400,
    );
  }
}

function* broken(value: NonNullable<Value>, { pattern, length, range, oneOf }: Limits): Generator<string> {
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(String(value))) {
    yield `satisfy regular expression pattern: ${pattern}`;
  }
  const size = typeof value === 'number' ? 0 : value.length;
  if (length && size < length[0]) yield `have length greater than or equal to ${length[0]}`;
  if (length && size > length[1]) yield `have length less than or equal to ${length[1]}`;
  if (range && Number(value) < range[0]) yield `have value greater than or equal to ${range[0]}`;
  if (range && Number(value) > range[1]) yield `have value less than or equal to ${range[1]}`;
  if (oneOf && !oneOf.includes(String(value))) yield `satisfy enum value set: [${oneOf.join(', ')}]`;
}
