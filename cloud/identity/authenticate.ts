/**
 * Who signed a request. On an open cloud a 12-digit access key is the account, as on LocalStack, and any secret does; keys
 * that this cloud has handed out itself are checked everywhere.
 */
import { AwsError, type Clock, type Principal, type RequestFacts } from '../contract.ts';
import type { WireRequest } from '../wire/request.ts';
import { credentialScope } from '../wire/route.ts';
import { type QuerySignature, readQuerySignature, verifyQuerySignature } from '../wire/sigv2.ts';
import { bodyMatches, readSignature, verifySignature } from '../wire/sigv4.ts';
import { anonymous, type Key, type Keys, rootOf } from './keys.ts';
import { assertPresigned, assertUnexpired } from './presigned.ts';
import { type Refuser, refuse } from './refusals.ts';

/** The account of requests that name none, on an open cloud. */
export const DEFAULT_ACCOUNT = '000000000000';

/** The caller, and of its request what policies may ask for. Throws the service's own error for a signature that does not hold. */
export function authenticate(
  kind: 'open' | 'checked',
  keys: Keys,
  clock: Pick<Clock, 'now'>,
  request: WireRequest,
  service: Refuser,
): Principal {
  return { ...signerOf(kind, keys, clock, request, service), request: factsOf(request, service.name) };
}

const REGION = 'us-east-1';

/** The cloud listens on loopback alone. IAM has one endpoint, whatever region a client signs for. */
export const factsOf = (request: WireRequest, service: string): RequestFacts => ({
  region: (service !== 'iam' && credentialScope(request)?.[2]) || REGION,
  sourceIp: '127.0.0.1',
  userAgent: request.headers['user-agent'],
  referer: request.headers.referer,
});

function signerOf(
  kind: 'open' | 'checked',
  keys: Keys,
  clock: Pick<Clock, 'now'>,
  request: WireRequest,
  service: Refuser,
): Principal {
  if (service.name === 's3') assertPresigned(request);
  const parts = readSignature(request);
  const older = service.name === 's3' && !parts ? readQuerySignature(request) : undefined;
  if (older) return byQuery(kind, keys, clock.now(), request, older, service);
  if (!parts) return kind === 'open' ? rootOf(DEFAULT_ACCOUNT) : anonymous;
  const key = keys.find(parts.accessKeyId);
  if (!key) {
    if (kind !== 'open' || keys.isGone(parts.accessKeyId)) throw refuse('unknownKey', service);
    assertUnexpired(parts, clock.now());
    return openAccount(parts.accessKeyId);
  }
  checkToken(key, parts.token, service, clock.now());
  if (parts.service !== service.name || !verifySignature(request, parts, key.secretAccessKey)) {
    throw refuse('signature', service);
  }
  if (!bodyMatches(request)) {
    if (service.protocolName !== 'restXml') throw refuse('signature', service);
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      400,
    );
  }
  assertUnexpired(parts, clock.now());
  return key.principal;
}

const openAccount = (accessKeyId: string): Principal =>
  rootOf(/^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT);

/** Presigned URLs in S3's older form. */
function byQuery(
  kind: 'open' | 'checked',
  keys: Keys,
  now: number,
  request: WireRequest,
  parts: QuerySignature,
  service: Refuser,
): Principal {
  assertUnexpired({ presigned: true, date: '', until: parts.expires * 1000 }, now);
  const key = keys.find(parts.accessKeyId);
  if (!key && kind === 'open' && !keys.isGone(parts.accessKeyId)) return openAccount(parts.accessKeyId);
  if (!key) throw refuse('unknownKey', service);
  checkToken(key, parts.token, service, now);
  if (verifyQuerySignature(request, parts, key.secretAccessKey)) return key.principal;
  throw refuse('signature', service);
}

/** A session's key without its token is as good as unknown. */
function checkToken(key: Key, token: string | undefined, service: Refuser, now: number): void {
  if (key.sessionToken !== token) throw refuse(token === undefined ? 'unknownKey' : 'token', service);
  if (key.expiration !== undefined && key.expiration <= now) throw refuse('expired', service);
}
