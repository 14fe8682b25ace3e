/** An operation that is not built says so and names itself: each one of every served client, sent through the wire. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cloud, openCloud } from '../cloud.ts';
import { describe, type OperationShape, type ServiceShape } from './describe.ts';
import { overTheWire, Sampler } from './testing.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud({ held: true, identity: 'open' });
});
afterAll(() => cloud.close());

/** A stream of events as a request's body is another wire, which these tests do not write. */
const sendable = ({ input }: OperationShape): boolean => !input.isStructSchema() || input.getEventStreamMember() === '';

async function send(service: ServiceShape, operation: OperationShape) {
  const input = new Sampler(operation.name.length).input(operation.input, operation.inputBindings);
  const request = overTheWire(
    await service.protocol.serializeRequest(
      operation.schema,
      { ...input },
      {
        endpoint: async () => ({ protocol: 'http:', hostname: '127.0.0.1', port: 80, path: '/' }),
      },
    ),
    service,
    input,
  );
  const { host: _, 'content-length': __, ...headers } = request.headers;
  const scope = `111122223333/20260101/us-east-1/${service.name}/aws4_request`;
  const answer = await fetch(`${cloud.url}${request.path}?${request.search}`, {
    method: request.method,
    headers: { ...headers, authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
    ...(request.body.length > 0 ? { body: new Uint8Array(request.body) } : {}),
  });
  return { operation: operation.name, status: answer.status, text: await answer.text() };
}

test('each answers 501 with its name, whatever its input', async () => {
  for (const service of cloud.services) {
    const shape = describe(service.name, await service.load());
    const operations = [...shape.operations.values()];
    const built = operations.filter(({ name }) => name in service.handlers);
    expect(Object.keys(service.handlers).sort()).toEqual(built.map(({ name }) => name).sort());
    for (const operation of operations.filter(sendable)) {
      if (built.includes(operation)) continue;
      const { status, text } = await send(shape, operation);
      expect({ operation: operation.name, status }).toEqual({ operation: operation.name, status: 501 });
      // A HEAD has no body.
      if (operation.http?.method === 'HEAD') continue;
      expect(text).toContain('NotImplemented');
      expect(text).toContain(`${service.name}:${operation.name} is not built in this cloud.`);
    }
  }
  expect(cloud.internalErrors).toEqual([]);
});
