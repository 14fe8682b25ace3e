/**
 * Projection expressions: which parts of an item come back.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../value/value.ts';
import { Parser } from './parser.ts';
import { Placeholders } from './placeholders.ts';
import type { Path } from './tree.ts';

/** Throws `ValidationException`. */
export function parseProjection(source: string, placeholders: Placeholders): readonly Path[] {
  const parser = new ProjectionParser(source, 'ProjectionExpression', placeholders);
  const paths = parser.paths();
  parser.finish();
  return paths;
}

/** Of a request that has no other expression; nothing where it has none at all. Throws `ValidationException`. */
export function projectionOf(input: {
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
}): readonly Path[] | undefined {
  const { ProjectionExpression } = input;
  const placeholders = Placeholders.of(input, [ProjectionExpression]);
  const paths = ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, placeholders);
  placeholders.assertAllUsed();
  return paths;
}

class ProjectionParser extends Parser {
  paths(): Path[] {
    const paths = this.list(() => this.path());
    this.checkPaths(paths);
    return paths;
  }
}

/** Steps of several paths that begin alike, as one tree; a leaf takes all that is there. */
interface Branch {
  readonly branches: Map<string | number, Branch>;
}

/** The item with nothing but what the paths lead to. Lists keep only the chosen members, in their order. */
export function project(item: Item, paths: readonly Path[]): Item {
  const root: Branch = { branches: new Map() };
  for (const path of paths) {
    let branch = root;
    for (const step of path) {
      const next = branch.branches.get(step) ?? { branches: new Map() };
      branch.branches.set(step, next);
      branch = next;
    }
  }
  return chooseEntries(item, root);
}

function chooseEntries(entries: Item, { branches }: Branch): Item {
  const chosen = Object.create(null) as Item;
  for (const [name, branch] of branches) {
    const value = typeof name === 'string' && Object.hasOwn(entries, name) ? choose(entries[name]!, branch) : undefined;
    if (value) chosen[name] = value;
  }
  return chosen;
}

function choose(value: AttributeValue, branch: Branch): AttributeValue | undefined {
  if (branch.branches.size === 0) return value;
  if (value.M) {
    const M = chooseEntries(value.M, branch);
    return Object.keys(M).length > 0 ? { M } : undefined;
  }
  if (!value.L) return undefined;
  const members = [...branch.branches]
    .filter(([step]) => typeof step === 'number' && step < value.L!.length)
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([step, next]) => choose(value.L![Number(step)]!, next))
    .filter((member) => member !== undefined);
  return members.length > 0 ? { L: members } : undefined;
}
