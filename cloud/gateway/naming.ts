/** What a request asks for: service, operation, resource. A service's schemas are loaded only where its operations are paths. */
import { describe, type ServiceShape } from '../wire/describe.ts';
import type { WireRequest } from '../wire/request.ts';
import { resourceOf } from '../wire/resource.ts';
import { route, serviceOf } from '../wire/route.ts';

export interface Named {
  readonly service: string;
  readonly operation: string;
  readonly resource?: string;
}

/** Clients by the name that requests are signed for. */
const clients: Readonly<Record<string, () => Promise<object>>> = {
  s3: () => import('@aws-sdk/client-s3'),
  sqs: () => import('@aws-sdk/client-sqs'),
  sns: () => import('@aws-sdk/client-sns'),
  lambda: () => import('@aws-sdk/client-lambda'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  monitoring: () => import('@aws-sdk/client-cloudwatch'),
  events: () => import('@aws-sdk/client-eventbridge'),
  scheduler: () => import('@aws-sdk/client-scheduler'),
  dynamodb: () => import('@aws-sdk/client-dynamodb'),
  ec2: () => import('@aws-sdk/client-ec2'),
  iam: () => import('@aws-sdk/client-iam'),
  sts: () => import('@aws-sdk/client-sts'),
};

const shapes = new Map<string, Promise<ServiceShape>>();

/** How a service's errors look on the wire; undefined for one that the workbook has no client of. */
export async function shapeOf(service: string): Promise<ServiceShape | undefined> {
  const load = clients[service];
  if (!load) return undefined;
  const known = shapes.get(service) ?? load().then((sdk) => describe(service, sdk as Record<string, unknown>));
  shapes.set(service, known);
  return await known;
}

/** Bodies that go through unread: objects and events may be large, and their operation stands in the path. */
export const isStream = (request: WireRequest): boolean => {
  const service = serviceOf(request);
  return service === 's3' || (service === 'lambda' && /\/invocations$/.test(request.path));
};

/** `request.body` is empty where it is a stream. Never throws: what cannot be named is called by its method and path. */
export async function nameOf(request: WireRequest): Promise<Named> {
  const service = serviceOf(request);
  const path = { service, operation: `${request.method} ${request.path}` };
  try {
    const target = request.headers['x-amz-target']?.split('.')[1];
    if (target) return named(service, target, json(request));
    const [, rpc] = /^\/service\/[^/]+\/operation\/(\w+)$/.exec(request.path) ?? [];
    if (rpc) return { service, operation: rpc };
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      const form = Object.fromEntries(new URLSearchParams(Buffer.from(request.body).toString('utf8')));
      return form.Action ? named(service, form.Action, form) : path;
    }
    const shape = await shapeOf(service);
    if (!shape) return path;
    const { operation, labels } = route(shape, request);
    return named(service, operation.name, { ...(isStream(request) ? {} : json(request)), ...labels });
  } catch {
    return path;
  }
}

function named(service: string, operation: string, input: Readonly<Record<string, unknown>>): Named {
  const resource = resourceOf(input);
  return { service, operation, ...(resource === undefined ? {} : { resource }) };
}

function json(request: WireRequest): Record<string, unknown> {
  if (request.body.length === 0) return {};
  return JSON.parse(Buffer.from(request.body).toString('utf8')) as Record<string, unknown>;
}
