/** From a handler's typed output to the bytes of its response. */
import { XmlShapeSerializer } from '../sdk.ts';
import type { OperationShape, ServiceShape } from './describe.ts';

/** A handler's output may carry the HTTP status under this key where the schema has no member for it (S3: 206, 304). */
export const HTTP_STATUS: unique symbol = Symbol('HTTP status');
/** And here headers that the schema has no member for, by their names in small letters. */
export const HTTP_HEADERS: unique symbol = Symbol('HTTP headers');

export interface WireResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
  /** Of `set-cookie`, which is a header for each. */
  readonly cookies?: readonly string[];
}

export async function respond(
  service: ServiceShape,
  operation: OperationShape,
  output: Readonly<Record<string | symbol, unknown>>,
  requestId: string,
): Promise<WireResponse> {
  switch (service.protocolName) {
    case 'json': {
      const { serializer } = service.protocol;
      let body: Uint8Array = bytes('{}');
      if (operation.output.isStructSchema()) {
        serializer.write(operation.output, output);
        body = bytes(serializer.flush() as string | Uint8Array);
      }
      return { status: 200, headers: { 'content-type': `application/x-amz-json-${service.jsonVersion}` }, body };
    }
    case 'cbor': {
      const { serializer } = service.protocol;
      const headers = { 'smithy-protocol': 'rpc-v2-cbor' };
      if (!operation.output.isStructSchema()) return { status: 200, headers, body: undefined };
      serializer.write(operation.output, output);
      const body = bytes(serializer.flush() as Uint8Array);
      return { status: 200, headers: { ...headers, 'content-type': 'application/cbor' }, body };
    }
    case 'query':
    case 'ec2Query':
      return {
        status: 200,
        headers: { 'content-type': service.protocolName === 'query' ? 'text/xml' : 'text/xml;charset=UTF-8' },
        body: bytes(queryEnvelope(service, operation, output, requestId)),
      };
    default:
      return await respondRest(service, operation, output);
  }
}

export const bytes = (data: string | Uint8Array): Uint8Array => (typeof data === 'string' ? Buffer.from(data) : data);

/** Escapes text for XML. */
export const xml = (text: string): string => text.replace(/[<>&"\r]/g, (char) => `&#${char.charCodeAt(0)};`);

function queryEnvelope(
  service: ServiceShape,
  { name, output: schema }: OperationShape,
  output: object,
  requestId: string,
): string {
  let result = '';
  if (schema.isStructSchema()) {
    const serializer = new XmlShapeSerializer({
      timestampFormat: { useTrait: true, default: 5 },
      httpBindings: false,
      xmlNamespace: '',
      serviceNamespace: service.namespace,
    });
    serializer.write(schema, output);
    const inner = String(serializer.flush()).replace(/^<[^>]*?(\/?)>/, (_, empty) => (empty ? '' : '<>'));
    const members = inner.startsWith('<>') ? inner.slice(2, inner.lastIndexOf('</')) : '';
    const whole = members === '' ? `<${name}Result/>` : `<${name}Result>${members}</${name}Result>`;
    result = service.protocolName === 'ec2Query' ? members : whole;
  }
  const namespace = service.protocol.options.xmlNamespace ?? '';
  if (service.protocolName === 'ec2Query') {
    return `<${name}Response xmlns="${namespace}"><requestId>${requestId}</requestId>${result}</${name}Response>`;
  }
  return `<${name}Response xmlns="${namespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`;
}

async function respondRest(
  service: ServiceShape,
  operation: OperationShape,
  output: Readonly<Record<string | symbol, unknown>>,
): Promise<WireResponse> {
  const statusMember = operation.outputBindings.find(({ at }) => at === 'status')?.member;
  const status =
    (output[HTTP_STATUS] as number | undefined) ??
    (statusMember ? (output[statusMember] as number | undefined) : undefined) ??
    operation.http!.status;
  const wanted = { ...output };
  if (statusMember) delete wanted[statusMember];
  if (!operation.output.isStructSchema()) return { status, headers: {}, body: undefined };

  // The SDK's encoder of requests works on an output's schema too.
  const request = await service.protocol.serializeRequest(
    { ...operation.schema, traits: {}, input: operation.schema.output },
    wanted,
    {
      endpoint: async () => undefined,
    },
  );
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && value !== '') headers[name.toLowerCase()] = String(value);
  }
  Object.assign(headers, output[HTTP_HEADERS]);
  const payload = operation.outputBindings.find(({ at }) => at === 'payload');
  const body = unwrapped(service, operation, toBody(request.body));
  if (!payload && !operation.outputBindings.some(({ at }) => at === 'body'))
    return { status, headers, body: undefined };
  if (body === undefined && !payload && service.protocolName === 'restJson')
    return { status, headers, body: bytes('{}') };
  return { status, headers, body };
}

/**
 * S3 answers the one region of a bucket as a text without a member around it, which its schema does not show, and says
 * something where there is none. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
function unwrapped(
  { name }: ServiceShape,
  operation: OperationShape,
  body: Uint8Array | undefined,
): Uint8Array | undefined {
  if (name !== 's3' || operation.name !== 'GetBucketLocation') return body;
  const region = /<LocationConstraint>([^<]*)</.exec(Buffer.from(body ?? '').toString('utf8'))?.[1] ?? '';
  return bytes(
    `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${region}</LocationConstraint>`,
  );
}

function toBody(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return bytes(body);
  throw new TypeError('A streamed output is a Uint8Array or a string.');
}
