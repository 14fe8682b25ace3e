/**
 * Cross-origin requests to a URL, as its configuration allows them.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
 */
import type { Cors } from '@aws-sdk/client-lambda';
import type { WireRequest } from '../../../wire/request.ts';
import type { WireResponse } from '../../../wire/respond.ts';

/** A browser's question before the request itself: answered without the function. */
export function preflight(cors: Cors | undefined, { method, headers }: WireRequest): WireResponse | undefined {
  if (!cors || method !== 'OPTIONS' || headers.origin === undefined) return undefined;
  if (headers['access-control-request-method'] === undefined) return undefined;
  const origin = allowedOrigin(cors, headers.origin);
  if (origin === undefined) return { status: 200, headers: {}, body: undefined };
  const { AllowMethods: methods = [], AllowHeaders: names = [], MaxAge: age } = cors;
  return {
    status: 200,
    headers: {
      ...grants(cors, origin),
      ...(methods.length > 0 ? { 'access-control-allow-methods': methods.join(',') } : {}),
      ...(names.length > 0 ? { 'access-control-allow-headers': names.join(',') } : {}),
      ...(age === undefined ? {} : { 'access-control-max-age': String(age) }),
    },
    body: undefined,
  };
}

/** The answer with the headers that the configuration asks for; they replace the function's own. */
export function withCors(cors: Cors | undefined, request: WireRequest, answer: WireResponse): WireResponse {
  const { origin } = request.headers;
  if (!cors || origin === undefined) return answer;
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const allowed = allowedOrigin(cors, origin);
  const exposed = cors.ExposeHeaders ?? [];
  return {
    ...answer,
    headers: {
      ...Object.fromEntries(own),
      ...(allowed === undefined ? {} : grants(cors, allowed)),
      ...(allowed === undefined || exposed.length === 0 ? {} : { 'access-control-expose-headers': exposed.join(',') }),
    },
  };
}

const grants = (cors: Cors, origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  ...(origin === '*' ? {} : { vary: 'Origin' }),
  ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
});

/** Browsers take no star together with credentials. */
function allowedOrigin({ AllowOrigins: origins = [], AllowCredentials }: Cors, origin: string): string | undefined {
  if (origins.includes('*')) return AllowCredentials ? origin : '*';
  return origins.includes(origin) ? origin : undefined;
}
