/**
 * How a request is refused whose signature does not hold: each protocol has codes, statuses and words of its own. For the Query and JSON
 * services see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, for DynamoDB, where all are 400,
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html, for S3
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, for EC2
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
import { AwsError } from '../contract.ts';
import type { ServiceShape } from '../wire/describe.ts';

/** What of a service decides about its refusals. */
export interface Refuser {
  readonly name: string;
  readonly protocolName: ServiceShape['protocolName'];
  readonly protocol: Pick<ServiceShape['protocol'], 'awsQueryCompatible'>;
}

export type Reason = 'unknownKey' | 'signature' | 'token' | 'expired';
type Refusal = readonly [code: string, status: number, message: string];

const INVALID = 'The security token included in the request is invalid.';
const EXPIRED = 'The security token included in the request is expired';
const MISMATCH = 'The request signature we calculated does not match the signature you provided.';
const CHECK_SECRET = `${MISMATCH} Check your AWS Secret Access Key and signing method. Consult the service documentation for details.`;
const NOT_VALIDATED: Refusal = ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials'];

const json = (status: number): Readonly<Record<Reason, Refusal>> => ({
  unknownKey: ['UnrecognizedClientException', status, INVALID],
  signature: ['InvalidSignatureException', status, CHECK_SECRET],
  token: ['UnrecognizedClientException', status, INVALID],
  expired: ['ExpiredTokenException', status, EXPIRED],
});

const refusals: Readonly<Record<ServiceShape['protocolName'], Readonly<Record<Reason, Refusal>>>> = {
  json: json(400),
  cbor: json(400),
  restJson: json(403),
  query: {
    unknownKey: ['InvalidClientTokenId', 403, INVALID],
    signature: ['SignatureDoesNotMatch', 403, CHECK_SECRET],
    token: ['InvalidClientTokenId', 403, INVALID],
    expired: ['ExpiredToken', 403, EXPIRED],
  },
  ec2Query: {
    unknownKey: NOT_VALIDATED,
    signature: NOT_VALIDATED,
    token: NOT_VALIDATED,
    expired: ['RequestExpired', 400, 'Request has expired.'],
  },
  restXml: {
    unknownKey: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
    signature: ['SignatureDoesNotMatch', 403, `${MISMATCH} Check your key and signing method.`],
    token: ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
    expired: ['ExpiredToken', 400, 'The provided token has expired.'],
  },
};

/** A service that has come from Query to JSON (SQS) has kept Query's statuses, and tells its codes in a header. */
export function refuse(why: Reason, { protocolName, protocol }: Refuser): AwsError {
  const [code, status, message] = refusals[protocolName][why];
  return new AwsError(code, message, protocol.awsQueryCompatible ? refusals.query[why][1] : status);
}
