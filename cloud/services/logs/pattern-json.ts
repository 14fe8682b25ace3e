/** Patterns on JSON: `{ $.user.id = 1 && $.tags[0] = "a*" }`. */
import { invalidPattern } from './input.ts';
import type { Matcher } from './pattern.ts';
import { Conditions } from './pattern-condition.ts';

const SELECTOR = /^\$(?:\.(?:[\w@-]+|\*)|\[(?:\d+|\*|'[^']*')\]|\.\['[^']*'\])+$/;
const STEP = /\.?\['([^']*)'\]|\.([\w@-]+|\*)|\[(\d+|\*)\]/g;

/** Throws `InvalidParameterException`. */
export function onJson(text: string): Matcher {
  if (!text.endsWith('}')) throw invalidPattern();
  const condition = new Conditions(text.slice(1, -1), (name) => SELECTOR.test(name)).read();
  return (message) => {
    const event = parse(message);
    return event !== undefined && condition((selector) => select(event, selector));
  };
}

function parse(message: string): object | undefined {
  try {
    const event: unknown = JSON.parse(message);
    return typeof event === 'object' && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

/** What a selector finds: several values where it has a star. */
function select(event: object, selector: string): unknown {
  let found: unknown[] = [event];
  for (const [, quoted, name, index] of selector.matchAll(STEP)) {
    const key = quoted ?? name ?? index!;
    const all = quoted === undefined && key === '*';
    found = found.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      if (all) return Object.values(value);
      return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
    });
  }
  if (selector.includes('*')) return found.length > 0 ? found : undefined;
  return found[0];
}
