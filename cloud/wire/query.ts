/**
 * Reads awsQuery and ec2Query requests: the SDK writes this form and never reads it. `A.member.1.B=x` is a path through a
 * tree. EC2 has names of its own, all capitalised, and every list is flat: `Filter.1.Value.2=x`.
 * Mirrors https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and aws-ec2-query-protocol.html beside it.
 */

import type { NormalizedSchema } from '@smithy/core/schema';
import { FromStringShapeDeserializer } from '../sdk.ts';

type Dialect = 'query' | 'ec2Query';

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

const scalars = new FromStringShapeDeserializer({
  httpBindings: false,
  timestampFormat: { useTrait: true, default: 5 },
});

/** The input of an operation from its form; parameters that the schema does not know are left out. */
export function readQuery(schema: NormalizedSchema, form: URLSearchParams, dialect: Dialect): Record<string, unknown> {
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
  return schema.isStructSchema() ? readStruct(schema, root, dialect) : {};
}

function readStruct(schema: NormalizedSchema, node: Node, dialect: Dialect): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(dialect === 'ec2Query' ? ec2NameOf(member, name) : nameOf(member, name));
    if (child) output[name] = read(member, child, dialect);
  }
  return output;
}

function read(schema: NormalizedSchema, node: Node, dialect: Dialect): unknown {
  const flat = dialect === 'ec2Query' || Boolean(schema.getMergedTraits().xmlFlattened);
  if (schema.isStructSchema()) return readStruct(schema, node, dialect);
  if (schema.isListSchema()) {
    const member = schema.getValueSchema();
    const items = flat ? node : node.children.get(nameOf(member, 'member'));
    return items ? numbered(items).map((item) => read(member, item, dialect)) : [];
  }
  if (schema.isMapSchema()) {
    const [key, value] = [schema.getKeySchema(), schema.getValueSchema()];
    const keyName = nameOf(key, 'key');
    const entries = flat ? node : node.children.get('entry');
    return Object.fromEntries(
      (entries ? entriesOf(entries, keyName) : []).map((entry) => [
        entry.children.get(keyName)?.value ?? '',
        read(value, entry.children.get(nameOf(value, 'value')) ?? { children: new Map(), value: '' }, dialect),
      ]),
    );
  }
  return scalars.read(schema, node.value ?? '');
}

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#query-key-resolution */
function ec2NameOf(schema: NormalizedSchema, fallback: string): string {
  const { ec2QueryName, xmlName = fallback } = schema.getMergedTraits() as { ec2QueryName?: string; xmlName?: string };
  return ec2QueryName ?? xmlName[0]!.toUpperCase() + xmlName.slice(1);
}

const nameOf = (schema: NormalizedSchema, fallback: string): string =>
  (schema.getMergedTraits() as { xmlName?: string }).xmlName ?? fallback;

/**
 * A map's only entry may come without a number, as in the examples of
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
const entriesOf = (node: Node, keyName: string): Node[] => (node.children.has(keyName) ? [node] : numbered(node));

const numbered = (node: Node): Node[] =>
  [...node.children].sort(([left], [right]) => Number(left) - Number(right)).map(([, child]) => child);
