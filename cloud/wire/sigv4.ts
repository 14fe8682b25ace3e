/**
 * Checks signatures by signing again.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { decode, encode, type WireRequest } from './request.ts';
import { credentialScope } from './route.ts';

export interface SignatureParts {
  readonly accessKeyId: string;
  readonly service: string;
  readonly region: string;
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly token?: string;
  readonly presigned: boolean;
  /** Of a presigned URL: seconds from `date` on. */
  readonly expires?: number;
}

/** Takes a request's signature apart; undefined when it is not signed. */
export function readSignature(request: WireRequest): SignatureParts | undefined {
  const scope = credentialScope(request);
  if (!scope) return undefined;
  const presigned = request.query.has('X-Amz-Signature');
  const authorization = request.headers.authorization ?? '';
  const field = (name: string): string => new RegExp(`${name}=([^,\\s]+)`).exec(authorization)?.[1] ?? '';
  const from = (name: string): string => request.query.get(`X-Amz-${name}`) ?? '';
  const token = presigned ? request.query.get('X-Amz-Security-Token') : request.headers['x-amz-security-token'];
  return {
    accessKeyId: scope[0]!,
    region: scope[2]!,
    service: scope[3]!,
    date: presigned ? from('Date') : (request.headers['x-amz-date'] ?? ''),
    signedHeaders: (presigned ? from('SignedHeaders') : field('SignedHeaders')).split(';').filter(Boolean),
    signature: presigned ? from('Signature') : field('Signature'),
    presigned,
    ...(token ? { token } : {}),
    ...(presigned ? { expires: Number(from('Expires')) } : {}),
  };
}

/** True when `parts.signature` is what `secret` gives for this request. `request.body` is as it came over the wire. */
export function verifySignature(request: WireRequest, parts: SignatureParts, secret: string): boolean {
  const day = parts.date.slice(0, 8);
  const scope = `${day}/${parts.region}/${parts.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', parts.date, scope, sha256(canonical(request, parts))].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = [day, parts.region, parts.service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const wanted = hmac(key, toSign);
  const given = Buffer.from(parts.signature, 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** True unless the request names another hash of its body than the body has. */
export function bodyMatches(request: WireRequest): boolean {
  const named = request.headers['x-amz-content-sha256'];
  return !named || !/^[0-9a-f]{64}$/.test(named) || named === sha256(request.body);
}

function canonical(request: WireRequest, parts: SignatureParts): string {
  const query = request.search
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('X-Amz-Signature='))
    .map((part) => {
      const at = part.indexOf('=');
      const [key, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      return [encode(decode(key)), encode(decode(value))] as const;
    })
    .sort(([left, a], [right, b]) => (left < right || (left === right && a < b) ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
  const headers = parts.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`,
  );
  const unsigned = parts.presigned && parts.service === 's3' ? 'UNSIGNED-PAYLOAD' : undefined;
  const payload = request.headers['x-amz-content-sha256'] ?? unsigned ?? sha256(request.body);
  return [
    request.method,
    canonicalPath(request.path, parts.service),
    query,
    headers.join(''),
    parts.signedHeaders.join(';'),
    payload,
  ].join('\n');
}

/** S3 signs the path encoded once, every other service encoded twice. */
function canonicalPath(path: string, service: string): string {
  const once = path.split('/').map((segment) => encode(decode(segment)));
  return service === 's3' ? once.join('/') : once.map(encode).join('/');
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
