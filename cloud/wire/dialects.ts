/**
 * Some services are spoken to in more than one protocol: AWS changed theirs, and older clients still speak the old one.
 * CloudWatch takes JSON (the SDK, boto3), CBOR (newer clients) and Query (older ones); SQS takes JSON and Query.
 * Mirrors https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait and
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
import { gunzipSync } from 'node:zlib';
import { AwsError } from '../contract.ts';
import { AwsQueryProtocol } from '../sdk.ts';
import type { ProtocolName, SdkProtocol, ServiceShape } from './describe.ts';
import type { WireRequest } from './request.ts';

/** What a service is spoken in besides its own client's protocol. Its schemas carry all that these need. */
const spoken: Readonly<Record<string, readonly ProtocolName[]>> = { monitoring: ['query', 'cbor'], sqs: ['query'] };

/** What Query needs beside the schemas, and a client of JSON alone is not built with. */
const forQuery: Readonly<Record<string, { readonly version: string; readonly xmlNamespace: string }>> = {
  sqs: { version: '2012-11-05', xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/' },
};

/** Largest body that a compressed one may become. */
const LARGEST_INFLATED = 16 * 1024 * 1024;

/** The service with each of its protocols, its own first. */
export async function dialectsOf(service: ServiceShape): Promise<readonly ServiceShape[]> {
  return [service, ...(await Promise.all((spoken[service.name] ?? []).map((name) => inDialect(service, name))))];
}

/** The service in the protocol that this request speaks. */
export async function asSpoken(service: ServiceShape, request: WireRequest): Promise<ServiceShape> {
  const asked = protocolOf(request);
  return asked && spoken[service.name]?.includes(asked) ? await inDialect(service, asked) : service;
}

/** The request with its body as it was before the client compressed it: CloudWatch's clients do so above 10 KiB. */
export function inflate(service: ServiceShape, request: WireRequest): WireRequest {
  const { 'content-encoding': encoding, ...headers } = request.headers;
  if (encoding !== 'gzip' || !['json', 'query', 'cbor'].includes(service.protocolName)) return request;
  try {
    return { ...request, headers, body: gunzipSync(request.body, { maxOutputLength: LARGEST_INFLATED }) };
  } catch {
    throw new AwsError('SerializationException', "The request's body is not valid gzip, or too large.", 400);
  }
}

function protocolOf({ method, headers, query }: WireRequest): ProtocolName | undefined {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (headers['x-amz-target']) return undefined;
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return form || query.has('Action') || method === 'GET' ? 'query' : undefined;
}

const known = new WeakMap<ServiceShape, Map<ProtocolName, Promise<ServiceShape>>>();

function inDialect(service: ServiceShape, protocolName: ProtocolName): Promise<ServiceShape> {
  const made = known.get(service) ?? new Map<ProtocolName, Promise<ServiceShape>>();
  known.set(service, made);
  const shape = made.get(protocolName) ?? make(service, protocolName);
  made.set(protocolName, shape);
  return shape;
}

/** Loaded when somebody speaks it: most clouds hear one protocol of a service. */
async function make(service: ServiceShape, protocolName: ProtocolName): Promise<ServiceShape> {
  const Protocol =
    protocolName === 'cbor' ? (await import('@smithy/core/cbor')).SmithyRpcV2CborProtocol : AwsQueryProtocol;
  const protocol = new Protocol({ ...service.settings, ...forQuery[service.name] } as never) as unknown as SdkProtocol;
  return { ...service, protocolName, protocol };
}
