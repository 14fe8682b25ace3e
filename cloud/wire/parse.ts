/** From a request to the typed input of its operation. */
import { Readable } from 'node:stream';
import type { HttpResponse, Schema } from '@smithy/types';
import { AwsError } from '../contract.ts';
import { FromStringShapeDeserializer } from '../sdk.ts';
import type { Binding, OperationShape, ServiceShape } from './describe.ts';
import { readQuery } from './query.ts';
import { readAddress, speaksOfQueues } from './queue-urls.ts';
import type { WireRequest } from './request.ts';
import type { Routed } from './route.ts';
import { assertShape } from './shape.ts';

const strings = new FromStringShapeDeserializer({
  httpBindings: true,
  timestampFormat: { useTrait: true, default: 5 },
});

/** Throws `SerializationException` (`MalformedXML` for S3) when the body is not what the operation takes. */
export async function parse(
  service: ServiceShape,
  { operation, labels }: Routed,
  request: WireRequest,
): Promise<Record<string, unknown>> {
  try {
    switch (service.protocolName) {
      case 'json':
      case 'cbor': {
        if (request.body.length === 0) return {};
        const input = (await service.protocol.deserializer.read(operation.input, request.body)) ?? {};
        assertShape(operation.input, input);
        return input;
      }
      case 'query':
      case 'ec2Query': {
        const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
        for (const [key, value] of request.query) if (!form.has(key)) form.set(key, value);
        if (speaksOfQueues(service)) readAddress(request, form);
        return readQuery(operation.input, form, service.protocolName);
      }
      default:
        return await parseRest(service, operation, labels, request);
    }
  } catch (error) {
    if (error instanceof AwsError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw service.name === 's3'
      ? new AwsError(
          'MalformedXML',
          'The XML you provided was not well-formed or did not validate against our published schema',
          400,
        )
      : new AwsError('SerializationException', `The request's body cannot be read: ${why}`, 400);
  }
}

async function parseRest(
  service: ServiceShape,
  operation: OperationShape,
  labels: Readonly<Record<string, string>>,
  request: WireRequest,
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  if (!operation.input.isStructSchema()) return input;
  const payload = operation.inputBindings.find(({ at }) => at === 'payload');
  const streaming = payload?.schema.isStreaming() ?? false;

  // The SDK's decoder of responses works on an input's schema too: headers, prefixed headers and the payload are the same.
  const message = {
    statusCode: 200,
    headers: { ...request.headers },
    body: streaming ? Readable.from([]) : request.body,
  };
  await service.protocol.deserializeHttpMessage(operation.schema.input, {}, message as unknown as HttpResponse, input);
  if (payload && streaming) input[payload.member] = request.body;

  for (const binding of operation.inputBindings) {
    if (binding.at === 'label') {
      const label = labels[binding.member];
      if (label !== undefined) input[binding.member] = strings.read(binding.schema, label);
    } else if (binding.at === 'query') {
      const value = request.query.get(binding.wireName);
      // `max-keys=` says nothing, as AWS reads it.
      const said = value !== undefined && (value !== '' || !binding.schema.isNumericSchema());
      if (said) input[binding.member] = readQueryMember(binding, value);
    } else if (binding.at === 'queryParams') {
      const bound = new Set(operation.inputBindings.filter(({ at }) => at === 'query').map(({ wireName }) => wireName));
      input[binding.member] = Object.fromEntries([...request.query].filter(([key]) => !bound.has(key)));
    } else if (binding.at === 'prefixHeaders' && Object.keys(input[binding.member] ?? {}).length === 0) {
      delete input[binding.member];
    }
  }

  const body = bodySchema(operation);
  if (!payload && body && request.body.length > 0) {
    const read = (await service.protocol.deserializer.read(body, request.body)) as Record<string, unknown> | undefined;
    for (const [name, value] of Object.entries(read ?? {})) if (value != null) input[name] = value;
  }
  return input;
}

function readQueryMember({ schema }: Binding, value: string): unknown {
  if (!schema.isListSchema()) return strings.read(schema, value);
  const member = schema.getValueSchema();
  return value.split(',').map((item) => strings.read(member, item));
}

const bodies = new WeakMap<OperationShape, Schema>();

/** The input's schema with those members alone that travel in the body. */
function bodySchema(operation: OperationShape): Schema | undefined {
  const known = bodies.get(operation);
  if (known) return known;
  const inBody = operation.inputBindings.filter(({ at }) => at === 'body');
  if (inBody.length === 0) return undefined;
  const [kind, namespace, name, traits] = operation.input.getSchema() as unknown as [number, string, string, object];
  const schema = [
    kind,
    namespace,
    name,
    traits,
    inBody.map(({ member }) => member),
    inBody.map((binding) => binding.schema),
  ] as unknown as Schema;
  bodies.set(operation, schema);
  return schema;
}
