/**
 * A presigned URL may carry headers of S3's in its query (`x-amz-meta-…`): whoever follows it sends none of his own.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import type { ServiceShape } from './describe.ts';
import type { WireRequest } from './request.ts';

/** What the SDK computes of the body that it does not know yet, which nobody can keep to. */
const CHECKSUM = /^x-amz-(sdk-)?checksum-/;

/** The request with those headers in their place. */
export function unhoist(service: ServiceShape, request: WireRequest): WireRequest {
  if (service.name !== 's3' || !request.query.has('X-Amz-Signature')) return request;
  const hoisted = [...request.query].filter(([name]) => name.startsWith('x-amz-') && !CHECKSUM.test(name));
  if (hoisted.length === 0) return request;
  return { ...request, headers: { ...Object.fromEntries(hoisted), ...request.headers } };
}
