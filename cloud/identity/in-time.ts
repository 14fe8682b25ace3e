/**
 * A request's own date against the cloud's. Only where a program's clock has been made wrong: of others' nothing is known, for a
 * held clock is nobody's but the cloud's. Mirrors
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html, for S3
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, for EC2
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
import { AwsError, type Millis } from '../contract.ts';
import type { WireRequest } from '../wire/request.ts';
import { readSignature } from '../wire/sigv4.ts';
import { type Refuser, refuse } from './refusals.ts';

const MINUTE = 60_000;

/** Throws what the service says to a request that was signed too long ago or in the future. Presigned URLs say their end themselves. */
export function assertInTime(request: WireRequest, service: Refuser, now: Millis): void {
  const parts = readSignature(request);
  if (!parts || parts.presigned) return;
  const signed = timeOf(parts.date);
  const limit = (['restXml', 'ec2Query'].includes(service.protocolName) ? 15 : 5) * MINUTE;
  if (Math.abs(signed - now) <= limit) return;
  if (service.protocolName === 'restXml') {
    throw new AwsError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      403,
      { RequestTime: parts.date, ServerTime: isoSeconds(now), MaxAllowedSkewMilliseconds: limit },
    );
  }
  if (service.protocolName === 'ec2Query') throw new AwsError('RequestExpired', 'Request has expired.', 400);
  const minutes = limit / MINUTE;
  const { code, status } = refuse('signature', service);
  const message =
    signed < now
      ? `Signature expired: ${parts.date} is now earlier than ${compact(now - limit)} (${compact(now)} - ${minutes} min.)`
      : `Signature not yet current: ${parts.date} is still later than ${compact(now + limit)} (${compact(now)} + ${minutes} min.)`;
  throw new AwsError(code, message, status);
}

/** `20260101T000000Z` */
const timeOf = (text: string): Millis =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const isoSeconds = (time: Millis): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
const compact = (time: Millis): string => isoSeconds(time).replace(/[-:]/g, '');
