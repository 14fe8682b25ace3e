/**
 * Who signed a request. On an open cloud a 12-digit access key is the account, as on LocalStack, and any secret does; keys
 * that this cloud has handed out itself are checked everywhere.
 */
import { AwsError, type Clock, type Principal } from '../contract.ts';
import type { WireRequest } from '../wire/request.ts';
import { type QuerySignature, readQuerySignature, verifyQuerySignature } from '../wire/sigv2.ts';
import { bodyMatches, readSignature, type SignatureParts, verifySignature } from '../wire/sigv4.ts';
import { type Key, type Keys, rootOf } from './keys.ts';

/** The account of requests that name none, on an open cloud. */
export const DEFAULT_ACCOUNT = '000000000000';

type Style = 's3' | 'query' | 'ec2' | 'json';
const styleOf = (service: string): Style =>
  service === 's3' || service === 'ec2' ? service : service === 'iam' || service === 'sts' ? 'query' : 'json';

/**
 * Codes and statuses differ by protocol: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html; EC2's own are in
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
const refusals = {
  unknownKey: {
    s3: ['InvalidAccessKeyId', 403],
    ec2: ['AuthFailure', 401],
    query: ['InvalidClientTokenId', 403],
    json: ['UnrecognizedClientException', 403],
  },
  signature: {
    s3: ['SignatureDoesNotMatch', 403],
    ec2: ['AuthFailure', 401],
    query: ['SignatureDoesNotMatch', 403],
    json: ['InvalidSignatureException', 403],
  },
  token: {
    s3: ['InvalidToken', 400],
    ec2: ['AuthFailure', 401],
    query: ['InvalidClientTokenId', 403],
    json: ['UnrecognizedClientException', 403],
  },
  expired: {
    s3: ['ExpiredToken', 400],
    ec2: ['RequestExpired', 400],
    query: ['ExpiredToken', 403],
    json: ['ExpiredTokenException', 403],
  },
} as const;

const ec2Messages = {
  AuthFailure: 'AWS was not able to validate the provided access credentials',
  RequestExpired: 'Request has expired.',
};

const refuse = (why: keyof typeof refusals, service: string, message: string): AwsError => {
  const style = styleOf(service);
  const [code, status] = refusals[why][style];
  return new AwsError(code, style === 'ec2' ? ec2Messages[code as keyof typeof ec2Messages] : message, status);
};

export function authenticate(
  kind: 'open' | 'checked',
  keys: Keys,
  clock: Pick<Clock, 'now'>,
  request: WireRequest,
  service: string,
): Principal {
  const parts = readSignature(request);
  const older = service === 's3' && !parts ? readQuerySignature(request) : undefined;
  if (older) return byQuery(kind, keys, clock.now(), request, older);
  if (!parts) return kind === 'open' ? rootOf(DEFAULT_ACCOUNT) : anonymous;
  const key = keys.find(parts.accessKeyId);
  if (!key) {
    if (kind === 'open') return openAccount(parts.accessKeyId);
    throw refuse('unknownKey', service, 'The security token included in the request is invalid.');
  }
  checkToken(key, parts.token, service, clock.now());
  if (parts.service !== service || !verifySignature(request, parts, key.secretAccessKey)) {
    throw refuse(
      'signature',
      service,
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
  if (!bodyMatches(request)) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      400,
    );
  }
  checkExpiry(parts, clock.now());
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
): Principal {
  if (!(parts.expires * 1000 > now)) throw new AwsError('AccessDenied', 'Request has expired', 403);
  const key = keys.find(parts.accessKeyId);
  if (!key && kind === 'open') return openAccount(parts.accessKeyId);
  if (!key) throw refuse('unknownKey', 's3', 'The AWS Access Key Id you provided does not exist in our records.');
  checkToken(key, parts.token, 's3', now);
  if (verifyQuerySignature(request, parts, key.secretAccessKey)) return key.principal;
  throw refuse('signature', 's3', 'The request signature we calculated does not match the signature you provided.');
}

const anonymous: Principal = { kind: 'anonymous', accountId: '', arn: '*', userId: 'anonymous' };

function checkToken(key: Key, token: string | undefined, service: string, now: number): void {
  if (key.sessionToken !== token) {
    throw refuse('token', service, 'The security token included in the request is invalid.');
  }
  if (key.expiration !== undefined && key.expiration <= now) {
    throw refuse('expired', service, 'The security token included in the request is expired');
  }
}

/** Presigned URLs end; other requests carry the client's time, which is not this cloud's when its clock is held. */
function checkExpiry({ presigned, date, expires = 0 }: SignatureParts, now: number): void {
  if (!presigned) return;
  const from = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(from + expires * 1000 > now)) throw new AwsError('AccessDenied', 'Request has expired', 403);
}
