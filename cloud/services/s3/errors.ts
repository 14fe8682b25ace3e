/** S3's errors. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
import { AwsError } from '../../contract.ts';
import type { DeleteMarker } from './store.ts';

export const noSuchBucket = (BucketName: string): AwsError =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName });

export const noSuchKey = (Key: string, hiddenBy?: DeleteMarker): AwsError =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key }, hiddenBy && markerHeaders(hiddenBy));

export const noSuchVersion = (Key: string, VersionId: string): AwsError =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, { Key, VersionId });

/** A delete marker is no object: there is nothing to read or to tag. */
export const methodNotAllowed = (Method: string, marker: DeleteMarker): AwsError =>
  new AwsError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    405,
    { Method, ResourceType: 'DeleteMarker' },
    { ...markerHeaders(marker), allow: 'DELETE' },
  );

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html */
const markerHeaders = ({ versionId }: DeleteMarker): Readonly<Record<string, string>> => ({
  'x-amz-delete-marker': 'true',
  'x-amz-version-id': versionId,
});

export const noSuchUpload = (UploadId: string): AwsError =>
  new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { UploadId },
  );

export const preconditionFailed = (Condition: string): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition,
  });

/** Somebody else wrote or deleted the object while it was being uploaded in parts. */
export const conditionalConflict = (Condition: string, Key: string): AwsError =>
  new AwsError(
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    409,
    { Condition, Key },
  );

/** What AWS itself has not built. */
export const headerNotImplemented = (Header: string, additionalMessage?: string): AwsError =>
  new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
    Header,
    ...(additionalMessage ? { additionalMessage } : {}),
  });

export const invalidArgument = (message: string, ArgumentName: string, ArgumentValue?: string): AwsError =>
  new AwsError('InvalidArgument', message, 400, {
    ArgumentName,
    ...(ArgumentValue === undefined ? {} : { ArgumentValue }),
  });

export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequest', message, 400);

export const malformedXml = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    400,
  );

export const badDigest = (what: string): AwsError =>
  new AwsError('BadDigest', `The ${what} you specified did not match the calculated checksum.`, 400);

export const invalidTag = (message: string, members: Readonly<Record<string, string>> = {}): AwsError =>
  new AwsError('InvalidTag', message, 400, members);

export const noSuchTagSet = (BucketName: string): AwsError =>
  new AwsError('NoSuchTagSet', 'The TagSet does not exist', 404, { BucketName });

export const bucketAlreadyOwned = (BucketName: string): AwsError =>
  new AwsError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    409,
    { BucketName },
  );
