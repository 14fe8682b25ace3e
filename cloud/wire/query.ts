/**
 * Reads awsQuery requests: the SDK writes this form and never reads it. `A.member.1.B=x` is a path through a tree.
 * Mirrors https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

const scalars = new FromStringShapeDeserializer({
  httpBindings: false,
  timestampFormat: { useTrait: true, default: 5 },
});

/** The input of an operation from its form; parameters that the schema does not know are left out. */
export function readQuery(schema: NormalizedSchema, form: URLSearchParams): Record<string, unknown> {
  const root: Node = { children: new Map() };
  for (const [path, value] of form) {
    let node = root;
    for (const part of path.split('.')) {
      let child = node.children.get(part);
      if (!child) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return schema.isStructSchema() ? readStruct(schema, root) : {};
}

function readStruct(schema: NormalizedSchema, node: Node): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(nameOf(member, name));
    if (child) output[name] = read(member, child);
  }
  return output;
}

function read(schema: NormalizedSchema, node: Node): unknown {
  const flat = Boolean(schema.getMergedTraits().xmlFlattened);
  if (schema.isStructSchema()) return readStruct(schema, node);
  if (schema.isListSchema()) {
    const member = schema.getValueSchema();
    const items = flat ? node : node.children.get(nameOf(member, 'member'));
    return items ? numbered(items).map((item) => read(member, item)) : [];
  }
  if (schema.isMapSchema()) {
    const [key, value] = [schema.getKeySchema(), schema.getValueSchema()];
    const entries = flat ? node : node.children.get('entry');
    return Object.fromEntries(
      (entries ? numbered(entries) : []).map((entry) => [
        entry.children.get(nameOf(key, 'key'))?.value ?? '',
        read(value, entry.children.get(nameOf(value, 'value')) ?? { children: new Map(), value: '' }),
      ]),
    );
  }
  return scalars.read(schema, node.value ?? '');
}

const nameOf = (schema: NormalizedSchema, fallback: string): string =>
  (schema.getMergedTraits() as { xmlName?: string }).xmlName ?? fallback;

const numbered = (node: Node): Node[] =>
  [...node.children].sort(([left], [right]) => Number(left) - Number(right)).map(([, child]) => child);
