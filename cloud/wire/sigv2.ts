/**
 * Presigned URLs in S3's older form, which boto3 and the AWS CLI still make where nothing else is asked of them.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from './request.ts';

export interface QuerySignature {
  readonly accessKeyId: string;
  readonly signature: string;
  /** Seconds since the epoch. */
  readonly expires: number;
  readonly token?: string;
}

/** Sub-resources that are part of what is signed. */
const SIGNED =
  /^(acl|delete|lifecycle|location|logging|notification|partNumber|policy|requestPayment|response-[\w-]+|tagging|torrent|uploadId|uploads|versionId|versioning|versions|website)$/;

export function readQuerySignature(request: WireRequest): QuerySignature | undefined {
  const { query } = request;
  const [accessKeyId, signature, expires] = [query.get('AWSAccessKeyId'), query.get('Signature'), query.get('Expires')];
  if (!accessKeyId || !signature || !expires) return undefined;
  const token = query.get('x-amz-security-token');
  return { accessKeyId, signature, expires: Number(expires), ...(token ? { token } : {}) };
}

/** True when the signature is what `secret` gives for this request. */
export function verifyQuerySignature(
  request: WireRequest,
  { signature, expires }: QuerySignature,
  secret: string,
): boolean {
  const amz = Object.entries({ ...request.headers, ...Object.fromEntries(request.query) })
    .filter(([name]) => name.startsWith('x-amz-'))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const sub = [...request.query]
    .filter(([name]) => SIGNED.test(name))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const resource = request.path + (sub.length > 0 ? `?${sub.join('&')}` : '');
  const { 'content-md5': md5 = '', 'content-type': type = '' } = request.headers;
  const toSign = `${request.method}\n${md5}\n${type}\n${expires}\n${amz.join('')}${resource}`;
  const wanted = createHmac('sha1', secret).update(toSign).digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
