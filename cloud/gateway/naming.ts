/** What a request asks for: service, operation, resource. A service's schemas are loaded only where its operations are paths. */
import { clients } from '../sdk.ts';
import { describe, type ServiceShape } from '../wire/describe.ts';
import type { WireRequest } from '../wire/request.ts';
import { resourceOf } from '../wire/resource.ts';
import { route, serviceOf } from '../wire/route.ts';

export interface Named {
  readonly service: string;
  readonly operation: string;
  readonly resource?: string;
}

const shapes = new Map<string, ServiceShape>();

/** How a service's errors look on the wire; undefined for one that the workbook has no client of. */
export function shapeOf(service: string): ServiceShape | undefined {
  if (!Object.hasOwn(clients, service)) return undefined;
  const known = shapes.get(service) ?? describe(service, clients[service as keyof typeof clients]());
  shapes.set(service, known);
  return known;
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
    const shape = shapeOf(service);
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
