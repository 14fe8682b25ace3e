/** S3's errors. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
import { AwsError } from '../../contract.ts';

export const noSuchBucket = (BucketName: string): AwsError =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName });

export const noSuchKey = (Key: string): AwsError =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key });

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

export const invalidArgument = (message: string, ArgumentName: string, ArgumentValue = ''): AwsError =>
  new AwsError('InvalidArgument', message, 400, { ArgumentName, ArgumentValue });

export const badDigest = (what: string): AwsError =>
  new AwsError('BadDigest', `The ${what} you specified did not match the calculated checksum.`, 400);

export const invalidDigest = (): AwsError =>
  new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400);
