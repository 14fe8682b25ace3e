/**
 * Reads a service's wire description out of the schemas that its SDK client exports. They are the one source for shapes,
 * bindings and error codes; nothing in this cloud repeats them. What the SDK exports is described in
 * https://github.com/smithy-lang/smithy-typescript (schema-serde); versions are pinned, and `roundtrip.test.ts` is the gate.
 */
import type {
  HttpRequest,
  HttpResponse,
  SchemaRef,
  SerdeFunctions,
  ShapeDeserializer,
  ShapeSerializer,
} from '@smithy/types';
import { NormalizedSchema } from '../sdk.ts';

export type ProtocolName = 'json' | 'query' | 'ec2Query' | 'cbor' | 'restJson' | 'restXml';

/** What we use of an SDK protocol object; its encoder of requests serves for responses, and the other way round. */
export interface SdkProtocol {
  readonly serializer: ShapeSerializer;
  readonly deserializer: ShapeDeserializer;
  readonly options: { readonly xmlNamespace?: string; readonly version?: string };
  readonly serviceTarget?: string;
  readonly awsQueryCompatible?: boolean;
  getShapeId(): string;
  serializeRequest(operation: OperationSchema, input: object, context: unknown): Promise<HttpRequest>;
  deserializeResponse(operation: OperationSchema, context: SerdeFunctions, response: HttpResponse): Promise<object>;
  deserializeHttpMessage(schema: SchemaRef, context: unknown, response: HttpResponse, into: object): Promise<string[]>;
}

export interface OperationSchema {
  readonly namespace: string;
  readonly name: string;
  readonly traits: object | number;
  readonly input: SchemaRef;
  readonly output: SchemaRef;
}

/** Where a member travels outside the body. */
export interface Binding {
  readonly member: string;
  readonly schema: NormalizedSchema;
  readonly required: boolean;
  readonly at: 'label' | 'query' | 'queryParams' | 'header' | 'prefixHeaders' | 'payload' | 'status' | 'body';
  /** Name of the header or query parameter, lower-cased for headers. */
  readonly wireName: string;
}

export interface HttpBinding {
  readonly method: string;
  /** Path segments; a label is `{ label, greedy }`. */
  readonly path: readonly (string | { readonly label: string; readonly greedy: boolean })[];
  readonly query: readonly (readonly [string, string])[];
  readonly status: number;
}

export interface OperationShape {
  readonly name: string;
  readonly schema: OperationSchema;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly http?: HttpBinding;
  readonly inputBindings: readonly Binding[];
  readonly outputBindings: readonly Binding[];
}

export interface ErrorShape {
  readonly name: string;
  readonly schema: SchemaRef;
  readonly members: readonly string[];
  readonly status: number;
  /** Code on the awsQuery wire, where it differs from the shape's name. */
  readonly queryCode?: string;
  readonly fault: 'client' | 'server';
}

export interface ServiceShape {
  readonly name: string;
  readonly protocolName: ProtocolName;
  readonly jsonVersion?: '1.0' | '1.1';
  readonly namespace: string;
  readonly protocol: SdkProtocol;
  /** What the client was built with for its protocol: namespaces, version, errors. */
  readonly settings: object;
  readonly operations: ReadonlyMap<string, OperationShape>;
  /** By shape name and by awsQuery code. */
  readonly errors: ReadonlyMap<string, ErrorShape>;
}

type Tuple = readonly [kind: number, namespace: string, name: string, traits: object | number, ...rest: unknown[]];

type OperationTuple = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: object | number,
  input: SchemaRef,
  output: SchemaRef,
];

const OPERATION = 9;
const ERROR = -3;
const protocols: Readonly<Record<string, ProtocolName>> = {
  'aws.protocols#awsJson1_0': 'json',
  'aws.protocols#awsJson1_1': 'json',
  'aws.protocols#awsQuery': 'query',
  'aws.protocols#ec2Query': 'ec2Query',
  'aws.protocols#restJson1': 'restJson',
  'aws.protocols#restXml': 'restXml',
};

/** Describes a service from its SDK package. Throws when the package speaks a protocol that this layer does not know. */
export function describe(name: string, sdk: Readonly<Record<string, unknown>>): ServiceShape {
  const { protocol, protocolSettings: settings } = configurationOf(sdk);
  const id = protocol.getShapeId();
  const protocolName = protocols[id];
  if (!protocolName) throw new Error(`The client of ${name} speaks ${id}, which cloud/wire does not know.`);
  const operations = new Map<string, OperationShape>();
  const errors = new Map<string, ErrorShape>();
  let namespace = '';
  for (const [key, value] of Object.entries(sdk)) {
    if (!key.endsWith('$') || !Array.isArray(value)) continue;
    const tuple = value as unknown as Tuple;
    if (tuple[0] === OPERATION) {
      namespace = tuple[1];
      operations.set(tuple[2], new Operation(tuple));
    } else if (tuple[0] === ERROR && !tuple[1].startsWith('smithy.')) {
      const error = describeError(tuple);
      errors.set(error.name, error);
      if (error.queryCode && !errors.has(error.queryCode)) errors.set(error.queryCode, error);
    }
  }
  const jsonVersion = id.endsWith('1_1') ? '1.1' : '1.0';
  return { name, protocolName, jsonVersion, namespace, protocol, settings, operations, errors };
}

interface ClientConfiguration {
  readonly protocol: SdkProtocol;
  readonly protocolSettings: object;
}

function configurationOf(sdk: Readonly<Record<string, unknown>>): ClientConfiguration {
  const name = Object.keys(sdk).find((key) => /^[A-Z]\w*Client$/.test(key))!;
  const Client = sdk[name] as new (config: object) => { config: ClientConfiguration };
  return new Client({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } }).config;
}

/** Most operations of a service are never called: what is in their messages is looked at when somebody asks. */
class Operation implements OperationShape {
  readonly name: string;
  readonly schema: OperationSchema;
  readonly http?: HttpBinding;
  #input?: NormalizedSchema;
  #output?: NormalizedSchema;
  #inputBindings?: Binding[];
  #outputBindings?: Binding[];

  constructor(tuple: Tuple) {
    const [, namespace, name, traits, input, output] = tuple as unknown as OperationTuple;
    this.name = name;
    this.schema = { namespace, name, traits, input, output };
    const http = typeof traits === 'object' ? (traits as { http?: [string, string, number] }).http : undefined;
    if (http) this.http = parseTemplate(http);
  }

  get input(): NormalizedSchema {
    this.#input ??= NormalizedSchema.of(this.schema.input);
    return this.#input;
  }

  get output(): NormalizedSchema {
    this.#output ??= NormalizedSchema.of(this.schema.output);
    return this.#output;
  }

  get inputBindings(): readonly Binding[] {
    this.#inputBindings ??= bindingsOf(this.input);
    return this.#inputBindings;
  }

  get outputBindings(): readonly Binding[] {
    this.#outputBindings ??= bindingsOf(this.output);
    return this.#outputBindings;
  }
}

function parseTemplate([method, template, status]: [string, string, number]): HttpBinding {
  const [path = '', search = ''] = template.split('?');
  return {
    method,
    path: path
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => {
        const label = /^\{(\w+)(\+?)\}$/.exec(segment);
        return label ? { label: label[1]!, greedy: label[2] === '+' } : segment;
      }),
    query: [...new URLSearchParams(search)],
    status,
  };
}

function bindingsOf(schema: NormalizedSchema): Binding[] {
  if (!schema.isStructSchema()) return [];
  const required = (schema.getSchema() as unknown as { 6?: number })[6] ?? 0;
  return [...schema.structIterator()].map(([member, memberSchema], index) => {
    const traits = memberSchema.getMergedTraits() as Readonly<Record<string, unknown>>;
    const [at, wireName] = place(traits);
    return { member, schema: memberSchema, required: index < required, at, wireName: wireName || member };
  });
}

function place(traits: Readonly<Record<string, unknown>>): [Binding['at'], string] {
  const text = (name: string) => (typeof traits[name] === 'string' ? (traits[name] as string) : '');
  if (traits.httpPayload) return ['payload', ''];
  if (traits.httpLabel) return ['label', ''];
  if (traits.httpHeader) return ['header', text('httpHeader').toLowerCase()];
  if (typeof traits.httpPrefixHeaders === 'string') return ['prefixHeaders', text('httpPrefixHeaders').toLowerCase()];
  if (traits.httpQueryParams) return ['queryParams', ''];
  if (traits.httpQuery) return ['query', text('httpQuery')];
  if (traits.httpResponseCode) return ['status', ''];
  return ['body', ''];
}

function describeError(tuple: Tuple): ErrorShape {
  const [, , name, traits, members] = tuple as unknown as [number, string, string, object | number, string[]];
  const known = (typeof traits === 'object' ? traits : {}) as {
    error?: 'client' | 'server';
    httpError?: number;
    awsQueryError?: [string, number];
  };
  const fault = known.error ?? 'client';
  return {
    name,
    schema: tuple as unknown as SchemaRef,
    members,
    status: known.httpError ?? known.awsQueryError?.[1] ?? (fault === 'client' ? 400 : 500),
    fault,
    ...(known.awsQueryError ? { queryCode: known.awsQueryError[0] } : {}),
  };
}
