/** From a request to the service that it is signed for, and to the operation. */
import { AwsError } from '../contract.ts';
import type { OperationShape, ServiceShape } from './describe.ts';
import { assertAction, isQueuePath, speaksOfQueues } from './queue-urls.ts';
import { decode, type WireRequest } from './request.ts';

/** A service's name before its schemas are loaded. `target`: prefix of X-Amz-Target. `version`: of its Query API. */
export interface Hint {
  readonly name: string;
  readonly target?: string;
  readonly version?: string;
  /** The path's first segment is an API version of this service. */
  readonly path?: RegExp;
}

const hints: readonly Hint[] = [
  { name: 'sqs', target: 'AmazonSQS', version: '2012-11-05' },
  { name: 'monitoring', target: 'GraniteServiceVersion20100801', version: '2010-08-01' },
  { name: 'logs', target: 'Logs_20140328' },
  { name: 'events', target: 'AWSEvents' },
  { name: 'dynamodb', target: 'DynamoDB_20120810' },
  { name: 'dynamodb', target: 'DynamoDBStreams_20120810' },
  { name: 'iam', version: '2010-05-08' },
  { name: 'sts', version: '2011-06-15' },
  { name: 'sns', version: '2010-03-31' },
  { name: 'ec2', version: '2016-11-15' },
  { name: 'lambda', path: /^\/20(14|15|16|17|18|19|20|21|22|23|24|25)-\d\d-\d\d\// },
];

/** Where requests of Smithy's RPC protocol go. */
const RPC_PATH = /^\/service\/(\w+)\/operation\/(\w+)$/;

/** `AKID/20260101/us-east-1/sqs/aws4_request`, from the header or from a presigned URL. */
export function credentialScope(request: WireRequest): string[] | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const scope = (header ?? request.query.get('X-Amz-Credential'))?.split('/');
  return scope?.length === 5 ? scope : undefined;
}

/** The name that the request is signed for; of an unsigned one, what its form says; S3 where nothing does. */
export function serviceOf(request: WireRequest): string {
  const signed = credentialScope(request)?.[3];
  if (signed) return signed;
  const target = request.headers['x-amz-target']?.split('.')[0] ?? RPC_PATH.exec(request.path)?.[1];
  if (target) return hints.find((hint) => hint.target === target)?.name ?? target;
  const byPath = hints.find((hint) => hint.path?.test(request.path));
  if (byPath) return byPath.name;
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? new URLSearchParams(Buffer.from(request.body).toString('utf8'))
    : undefined;
  const said = (name: string): string | null | undefined => request.query.get(name) ?? form?.get(name);
  const version = said('Version');
  const byVersion = hints.find((hint) => version && hint.version === version);
  if (byVersion) return byVersion.name;
  return isQueuePath(request.path) && said('Action') ? 'sqs' : 's3';
}

export interface Routed {
  readonly operation: OperationShape;
  readonly labels: Readonly<Record<string, string>>;
}

const unknown = (what: string): AwsError =>
  new AwsError('UnknownOperationException', `${what} is not an operation of this service.`, 404);

const noAction = ({ protocolName, protocol }: ServiceShape, name: string): AwsError =>
  name === ''
    ? new AwsError('MissingAction', 'The request must contain the parameter Action', 400)
    : new AwsError(
        'InvalidAction',
        protocolName === 'ec2Query'
          ? `The action ${name} is not valid for this web service.`
          : `Could not find operation ${name} for version ${protocol.options.version}`,
        400,
      );

/** The operation that a request names. Throws `UnknownOperationException`. */
export function route(service: ServiceShape, request: WireRequest): Routed {
  switch (service.protocolName) {
    case 'json': {
      const name = request.headers['x-amz-target']?.split('.')[1] ?? '';
      const operation = service.operations.get(name);
      if (!operation) throw unknown(name || 'A request without X-Amz-Target');
      return { operation, labels: {} };
    }
    case 'cbor': {
      const name = RPC_PATH.exec(request.path)?.[2] ?? '';
      const operation = service.operations.get(name);
      if (!operation) throw unknown(name || `The path ${request.path}`);
      return { operation, labels: {} };
    }
    case 'query':
    case 'ec2Query': {
      const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
      const name = form.get('Action') ?? request.query.get('Action') ?? '';
      if (speaksOfQueues(service)) assertAction(service, request, name);
      const operation = service.operations.get(name);
      if (!operation) throw noAction(service, name);
      return { operation, labels: {} };
    }
    default:
      return routeRest(service, request);
  }
}

function routeRest(service: ServiceShape, request: WireRequest): Routed {
  const plain = { path: segments(request.path) };
  const best =
    bestMatch(service, request, service.name === 's3' ? s3Address(request) : plain) ??
    bestMatch(service, request, plain);
  if (!best) throw service.name === 's3' ? noObjectMethod(request) : unknown(`${request.method} ${request.path}`);
  return best;
}

/** Uploads by a form in a web page are no operation of S3's schemas. */
function noObjectMethod({ method, headers }: WireRequest): AwsError {
  if (method === 'POST' && headers['content-type']?.startsWith('multipart/form-data')) {
    return new AwsError('NotImplemented', 's3:PostObject is not built in this cloud.', 501);
  }
  const message = 'The specified method is not allowed against this resource.';
  return new AwsError('MethodNotAllowed', message, 405, { Method: method });
}

function bestMatch(service: ServiceShape, request: WireRequest, address: Address): Routed | undefined {
  let best: (Routed & { readonly rank: readonly number[] }) | undefined;
  for (const operation of service.operations.values()) {
    const labels = match(operation, request, address);
    if (!labels) continue;
    const rank = rankOf(operation, request);
    if (!best || compare(rank, best.rank) > 0) best = { operation, labels, rank };
  }
  return best;
}

interface Address {
  readonly path: readonly string[];
  readonly bucket?: string;
}

const segments = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

/** Buckets are no part of S3's templates: they stand first in the path, or in the host name (`inbox.s3.localhost`). */
function s3Address(request: WireRequest): Address {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const virtual = /^(.+?)\.(?:s3[.-])?(?:[\w-]+\.)*(?:localhost|amazonaws\.com|localhost\.localstack\.cloud)$/.exec(
    host,
  )?.[1];
  const path = request.path.replace(/^\//, '');
  if (virtual && virtual !== 's3') return { bucket: virtual, path: path === '' ? [] : path.split('/') };
  if (path === '') return { path: [] };
  const slash = path.indexOf('/');
  const rest = slash < 0 ? '' : path.slice(slash + 1);
  return { bucket: decode(slash < 0 ? path : path.slice(0, slash)), path: rest === '' ? [] : rest.split('/') };
}

function match(operation: OperationShape, request: WireRequest, address: Address): Record<string, string> | undefined {
  const { http } = operation;
  if (!http || http.method !== request.method) return undefined;
  for (const [key, value] of http.query) {
    if (key === 'x-id') continue;
    if (!request.query.has(key) || (value !== '' && request.query.get(key) !== value)) return undefined;
  }
  const labels: Record<string, string> = {};
  const bucket = operation.inputBindings.find(
    ({ member, required, at }) => member === 'Bucket' && required && at === 'label',
  );
  if (Boolean(bucket) !== (address.bucket !== undefined)) return undefined;
  if (address.bucket !== undefined) labels.Bucket = address.bucket;
  let at = 0;
  for (const part of http.path) {
    if (typeof part !== 'string' && part.label === 'Bucket' && address.bucket !== undefined) continue;
    const segment = address.path[at];
    if (segment === undefined) return undefined;
    if (typeof part === 'string') {
      if (decode(segment) !== part) return undefined;
      at++;
    } else if (part.greedy) {
      labels[part.label] = decode(address.path.slice(at).join('/'));
      at = address.path.length;
    } else {
      labels[part.label] = decode(segment);
      at++;
    }
  }
  if (at !== address.path.length) return undefined;
  for (const { at: place, required, wireName } of operation.inputBindings) {
    if (!required) continue;
    if (place === 'query' && !request.query.has(wireName)) return undefined;
    if (place === 'header' && request.headers[wireName] === undefined) return undefined;
  }
  return labels;
}

/** What makes one match better than another: literals, then fixed query keys, required members, and the SDK's own hint. */
function rankOf(operation: OperationShape, request: WireRequest): number[] {
  const { http, inputBindings } = operation;
  const hinted = http!.query.some(([key, value]) => key === 'x-id' && request.query.get('x-id') === value);
  return [
    http!.path.filter((part) => typeof part === 'string').length,
    http!.query.filter(([key]) => key !== 'x-id').length,
    inputBindings.filter(({ required, at }) => required && (at === 'query' || at === 'header')).length,
    hinted ? 1 : 0,
  ];
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) if (value !== right[index]) return value - right[index]!;
  return 0;
}
