/**
 * Uploads that have been completed, with what their clients were told: who asks for a completion again, because the answer
 * has got lost, is told the same, and nothing happens a second time. AWS does so (https://github.com/adobe/S3Mock/issues/2586),
 * for how long is not published.
 */
import type { CompleteMultipartUploadCommandInput, CompleteMultipartUploadCommandOutput } from '@aws-sdk/client-s3';

/** Of a bucket. Clients try again within minutes; a cloud that runs for weeks must not grow with each upload. */
const MOST = 1000;

type Answer = Omit<CompleteMultipartUploadCommandOutput, '$metadata'>;

export class CompletedUploads {
  /** By id, the oldest first. */
  private readonly kept = new Map<string, { readonly request: string; readonly answer: Answer }>();

  add(id: string, input: CompleteMultipartUploadCommandInput, answer: Answer): void {
    this.kept.set(id, { request: requestOf(input), answer });
    if (this.kept.size > MOST) this.kept.delete(this.kept.keys().next().value!);
  }

  /** Undefined for an upload that is not known to be completed, and for one that was completed with other parts. */
  answerTo(input: CompleteMultipartUploadCommandInput): Answer | undefined {
    const known = this.kept.get(input.UploadId ?? '');
    return known?.request === requestOf(input) ? known.answer : undefined;
  }
}

/** The object and its parts. Conditions are no part of it: they were met, and the object that they spoke of is another one now. */
const requestOf = ({ Key, MultipartUpload }: CompleteMultipartUploadCommandInput): string =>
  JSON.stringify([Key, MultipartUpload?.Parts?.map(({ PartNumber, ETag }) => [PartNumber, ETag?.replaceAll('"', '')])]);
