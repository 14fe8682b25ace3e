/**
 * aws-chunked bodies: chunks with signatures, and checksums that follow the last one.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * Chunk signatures are read over, not checked; the seed signature of the request is.
 */
import { AwsError } from '../contract.ts';
import type { WireRequest } from './request.ts';

const CRLF = Buffer.from('\r\n');

/** The request with its body decoded, trailers as headers, and `aws-chunked` gone. Throws `IncompleteBody`. */
export function unchunk(request: WireRequest): WireRequest {
  const encodings = (request.headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  const streamed = (request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  if (!streamed && !encodings.includes('aws-chunked')) return request;
  const { body, trailers } = decodeChunks(Buffer.from(request.body));
  const announced = request.headers['x-amz-decoded-content-length'];
  if (announced !== undefined && Number(announced) !== body.length) {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
      400,
    );
  }
  const headers: Record<string, string> = { ...request.headers, ...trailers, 'content-length': String(body.length) };
  const left = encodings.filter((encoding) => encoding !== 'aws-chunked' && encoding !== '');
  if (left.length > 0) headers['content-encoding'] = left.join(',');
  else delete headers['content-encoding'];
  return { ...request, headers, body };
}

function decodeChunks(raw: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const parts: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = raw.indexOf(CRLF, at);
    if (end < 0) throw new AwsError('IncompleteBody', 'The aws-chunked body ends in the middle of a chunk.', 400);
    const text = raw.toString('latin1', at, end);
    at = end + CRLF.length;
    return text;
  };
  for (;;) {
    const size = Number.parseInt(line().split(';')[0]!, 16);
    if (!Number.isInteger(size)) throw new AwsError('InvalidRequest', 'A chunk of the body has no size.', 400);
    if (size === 0) break;
    parts.push(raw.subarray(at, at + size));
    at += size;
    if (raw.indexOf(CRLF, at) !== at)
      throw new AwsError('IncompleteBody', 'A chunk is longer or shorter than it says.', 400);
    at += CRLF.length;
  }
  const trailers: Record<string, string> = {};
  while (at < raw.length) {
    const text = line();
    const colon = text.indexOf(':');
    if (colon > 0) trailers[text.slice(0, colon).toLowerCase()] = text.slice(colon + 1).trim();
  }
  return { body: Buffer.concat(parts), trailers };
}
