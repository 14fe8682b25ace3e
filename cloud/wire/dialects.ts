/**
 * Some services are spoken to in more than one protocol: AWS changed theirs, and older clients still speak the old one.
 * CloudWatch takes JSON (the SDK, boto3), CBOR (newer clients) and Query (older ones).
 * Mirrors https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait and
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
import { gunzipSync } from 'node:zlib';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { AwsError } from '../contract.ts';
import type { ProtocolName, SdkProtocol, ServiceShape } from './describe.ts';
import type { WireRequest } from './request.ts';

/** What a service is spoken in besides its own client's protocol. Its schemas carry all that these need. */
const spoken: Readonly<Record<string, readonly ProtocolName[]>> = { monitoring: ['query', 'cbor'] };

/** Largest body that a compressed one may become. */
const LARGEST_INFLATED = 16 * 1024 * 1024;

/** The service with each of its protocols, its own first. */
export function dialectsOf(service: ServiceShape): readonly ServiceShape[] {
  return [service, ...(spoken[service.name] ?? []).map((name) => inDialect(service, name))];
}

/** The service in the protocol that this request speaks. */
export function asSpoken(service: ServiceShape, request: WireRequest): ServiceShape {
  const asked = protocolOf(request);
  return asked && spoken[service.name]?.includes(asked) ? inDialect(service, asked) : service;
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

function protocolOf({ headers, query }: WireRequest): ProtocolName | undefined {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (headers['x-amz-target']) return undefined;
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return form || query.has('Action') ? 'query' : undefined;
}

const known = new WeakMap<ServiceShape, Map<ProtocolName, ServiceShape>>();

function inDialect(service: ServiceShape, protocolName: ProtocolName): ServiceShape {
  const made = known.get(service) ?? new Map<ProtocolName, ServiceShape>();
  known.set(service, made);
  const shape = made.get(protocolName) ?? { ...service, protocolName, protocol: protocol(service, protocolName) };
  made.set(protocolName, shape);
  return shape;
}

function protocol({ settings }: ServiceShape, name: ProtocolName): SdkProtocol {
  const Protocol = name === 'cbor' ? SmithyRpcV2CborProtocol : AwsQueryProtocol;
  return new Protocol(settings as never) as unknown as SdkProtocol;
}
