/**
 * Every operation of every client that this cloud serves: what the SDK writes we read, what we write the SDK reads. It
 * is the gate for new SDK versions. It shows symmetry with the SDK, not equality with AWS byte for byte.
 */
import { Readable } from 'node:stream';
import * as monitoring from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as dynamodbstreams from '@aws-sdk/client-dynamodb-streams';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';
import type { HttpResponse, SerdeFunctions } from '@smithy/types';
import { expect, describe as group, test } from 'vitest';
import { AwsError } from '../contract.ts';
import { describe, type OperationShape } from './describe.ts';
import { dialectsOf } from './dialects.ts';
import { respondError } from './errors.ts';
import { parse } from './parse.ts';
import { respond, type WireResponse } from './respond.ts';
import { route } from './route.ts';
import { overTheWire, Sampler, speaks } from './testing.ts';

const SAMPLES = 3;
const services = Object.entries({
  s3,
  sqs,
  sns,
  lambda,
  logs,
  monitoring,
  iam,
  sts,
  events,
  scheduler,
  dynamodb,
  dynamodbstreams,
  ec2,
} as Record<string, Record<string, unknown>>);
const collect = async (stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};
const context = {
  endpoint: async () => ({ protocol: 'http:', hostname: '127.0.0.1', port: 4566, path: '/' }),
  streamCollector: collect,
  utf8Encoder: (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8'),
} as unknown as SerdeFunctions;

/** CBOR requests name service and operation in their path, which the client learns from here. */
const contextOf = (operation: OperationShape): SerdeFunctions =>
  ({ ...context, __smithy_context: { service: 'Service', operation: operation.name } }) as SerdeFunctions;

const asSdkResponse = (response: WireResponse, streamed = false): HttpResponse => {
  const body = response.body ?? new Uint8Array();
  return {
    statusCode: response.status,
    headers: { ...response.headers },
    body: streamed ? Readable.from([body]) : body,
  };
};

/** What the wire does not tell apart: blobs and their subclasses, absent and empty. In a form, empty structures of a list vanish too. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map(plain).filter((item) => JSON.stringify(item) !== '{}');
    return items.length === 0 && value.length > 0 ? {} : items;
  }
  if (typeof (value as { string?: unknown }).string === 'string') return (value as { string: string }).string;
  const entries = Object.entries(value)
    .filter(([name, item]) => name !== '$metadata' && item != null)
    .map(([name, item]) => [name, plain(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => JSON.stringify(item) !== '{}'));
}

const shapes = services.map(([name, sdk]) => describe(name, sdk));

test('13 clients, 1,584 operations: what a new SDK version adds or takes away shows here', () => {
  const operations = shapes.flatMap((service) => [...service.operations.values()].filter(speaks));
  expect({ clients: shapes.length, operations: operations.length }).toEqual({ clients: 13, operations: 1584 });
});

for (const service of (await Promise.all(shapes.map(dialectsOf))).flat()) {
  const { name } = service;
  group(`${name} (${service.protocolName})`, () => {
    const operations = [...service.operations.values()].filter(speaks);

    test.each(operations.map((operation) => [operation.name, operation] as const))('%s', async (_, operation) => {
      for (let sample = 0; sample < SAMPLES; sample++) {
        const sampler = new Sampler(sample * 7919 + operation.name.length);
        const input = sampler.input(operation.input, operation.inputBindings);
        // Two of its lists have one name in a form.
        if (service.protocolName === 'query' && operation.name === 'ReceiveMessage') {
          input.AttributeNames = input.MessageSystemAttributeNames;
        }
        const request = overTheWire(
          await service.protocol.serializeRequest(operation.schema, { ...input }, contextOf(operation)),
          service,
          input,
        );
        const routed = route(service, request);
        expect(routed.operation.name).toBe(operation.name);
        const parsed = await parse(service, routed, request);
        // The client names the type of a stream where the caller has not.
        if (!('ContentType' in input)) delete parsed.ContentType;
        expect(plain(parsed)).toEqual(plain(input));

        const output = sampler.input(operation.output, operation.outputBindings);
        const stream = operation.outputBindings.find(
          ({ at, schema }) => at === 'payload' && schema.isStreaming(),
        )?.member;
        const response = asSdkResponse(await respond(service, operation, output, 'request-1'), stream !== undefined);
        const read = (await service.protocol.deserializeResponse(operation.schema, context, response)) as Record<
          string,
          unknown
        >;
        if (stream) read[stream] = await collect(read[stream] as Readable);
        if (!('ContentType' in output)) delete read.ContentType;
        expect(plain(read)).toEqual(plain(output));
      }
    });

    test.each([...new Set(service.errors.values())].map((error) => [error.name, error] as const))(
      'error %s',
      async (_, error) => {
        const operation = operations[0]!;
        const response = asSdkResponse(
          await respondError(service, new AwsError(error.name, 'What happened.'), 'request-1', 'POST'),
        );
        expect(response.statusCode).toBe(error.status);
        const seen = await service.protocol.deserializeResponse(operation.schema, context, response).then(
          () => undefined,
          (thrown: Error) => thrown,
        );
        expect(seen).toMatchObject({ message: 'What happened.' });
        // Clients read the older code; where two errors share one, they take either.
        const code = (name: string | undefined) => service.errors.get(name ?? '')?.queryCode ?? name;
        expect(code(seen?.name)).toBe(code(error.name));
      },
    );
  });
}
