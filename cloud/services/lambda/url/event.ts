/**
 * A request as the function gets it: payload format 2.0.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
 */
import type { Millis, Principal } from '../../../contract.ts';
import type { WireRequest } from '../../../wire/request.ts';
import { readSignature } from '../../../wire/sigv4.ts';
import type { LambdaFunction } from '../store.ts';
import { type Address, domainOf } from './address.ts';

export interface Arrival {
  readonly of: LambdaFunction;
  readonly address: Address;
  readonly request: WireRequest;
  /** Who signed it, where the URL asks for that. */
  readonly signer: Principal | undefined;
  readonly requestId: string;
  readonly time: Millis;
}

/** Headers that are this cloud's own, or have a place of their own in the event. */
const APART = new Set(['x-cloud-request', 'cookie', 'connection', 'transfer-encoding', 'keep-alive']);
const LOOPBACK = '127.0.0.1';

export function eventOf({ of, address, request, signer, requestId, time }: Arrival): object {
  const { headers, method, search, body } = request;
  const domainName = domainOf(address.id, of.region);
  const asText = isText(headers['content-type']);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: address.path,
    rawQueryString: search,
    ...(headers.cookie === undefined ? {} : { cookies: headers.cookie.split(/;\s*/).filter(Boolean) }),
    headers: {
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => !APART.has(name))),
      'x-amzn-trace-id': `Root=1-${Math.floor(time / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)}`,
      'x-forwarded-for': LOOPBACK,
      'x-forwarded-port': /:(\d+)$/.exec(headers.host ?? '')?.[1] ?? '80',
      'x-forwarded-proto': 'http',
    },
    ...(search === '' ? {} : { queryStringParameters: parametersOf(search) }),
    requestContext: {
      accountId: signer ? of.accountId : 'anonymous',
      apiId: address.id,
      ...(signer ? { authorizer: { iam: identityOf(signer, request) } } : {}),
      domainName,
      domainPrefix: address.id,
      http: {
        method,
        path: address.path,
        protocol: 'HTTP/1.1',
        sourceIp: LOOPBACK,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: clfTime(time),
      timeEpoch: time,
    },
    ...(body.length === 0 ? {} : { body: Buffer.from(body).toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !asText,
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html: all else is binary, forms too. */
function isText(type = ''): boolean {
  const [plain = ''] = type.toLowerCase().split(';');
  return /^(text\/.*|application\/(json|xml|javascript)|application\/.*\+(json|xml))$/.test(plain.trim());
}

/** Values of a name that comes more than once stand behind one another, with commas. */
function parametersOf(search: string): Record<string, string> {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(search)) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.join(',')]));
}

const identityOf = (signer: Principal, request: WireRequest) => ({
  accessKey: readSignature(request)?.accessKeyId ?? '',
  accountId: signer.accountId,
  callerId: signer.userId,
  cognitoIdentity: null,
  principalOrgId: null,
  userArn: signer.arn,
  userId: signer.userId,
});

/** `12/Mar/2020:19:03:58 +0000` */
function clfTime(time: Millis): string {
  const [, day, month, year, clock] = /^\w+, (\d\d) (\w+) (\d+) ([\d:]+)/.exec(new Date(time).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}
