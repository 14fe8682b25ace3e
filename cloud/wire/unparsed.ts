/**
 * Answers what Node cannot read as HTTP, in S3's words: no service is known yet.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import type { Duplex } from 'node:stream';
import { AwsError } from '../contract.ts';
import { respondError } from './errors.ts';

const told = (code: string | undefined): AwsError => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AwsError(
        'RequestHeaderSectionTooLarge',
        'Your request header and query parameters used to make the request exceed the maximum allowed size.',
        400,
      );
    case 'HPE_INVALID_EOF_STATE':
      return new AwsError(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header',
        400,
      );
    default:
      return new AwsError('BadRequest', 'An error occurred when parsing the HTTP request.', 400);
  }
};

/** Writes the answer and ends the connection. `begun`: an answer is on its way already, and another would garble it. */
export async function answerUnparsed(
  { code }: NodeJS.ErrnoException,
  socket: Duplex,
  requestId: string,
  begun: boolean,
): Promise<void> {
  if (!socket.writable || begun || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, headers, body } = await respondError(undefined, told(code), requestId, 'GET');
  const all = { ...headers, 'x-amz-request-id': requestId, 'content-length': (body as Uint8Array).length };
  const lines = Object.entries({ ...all, connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} Bad Request\r\n${lines.join('\r\n')}\r\n\r\n${Buffer.from(body as Uint8Array)}`);
}
