/**
 * Which bytes of an object a request asks for: a range, or a part as it was uploaded.
 * Mirrors https://docs.aws.amazon.com/AmazonS3/latest/userguide/range-get-olap.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 */
import { AwsError } from '../../contract.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import type { ObjectPart, StoredObject } from './store.ts';

export interface Slice {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly partial: boolean;
  readonly part?: ObjectPart;
}

interface Wanted {
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
}

/** Throws `InvalidRange`, `InvalidPartNumber`, `InvalidRequest`. */
export function sliceOf(object: StoredObject, { Range, PartNumber }: Wanted): Slice {
  if (PartNumber === undefined) return rangeOf(object, Range);
  if (Range !== undefined) throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  return partOf(object, PartNumber);
}

/** One byte range; several, or nonsense, mean the whole object. */
function rangeOf(object: StoredObject, range: string | undefined): Slice {
  const size = object.body.length;
  const whole = { from: 0, to: size, partial: false };
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return whole;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return whole;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (from < size) return { from, to, partial: true };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
    ActualObjectSize: size,
    RangeRequested: range,
  });
}

function partOf(object: StoredObject, number: number): Slice {
  const parts = object.parts ?? [{ number: 1, size: object.body.length, checksum: object.checksum }];
  const part = parts[number - 1];
  if (!part) {
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416, {
      ActualPartCount: parts.length,
      PartNumberRequested: number,
    });
  }
  const from = parts.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  return { from, to: from + part.size, partial: part.size > 0, part };
}

/** The bytes that a copied part takes of its source: unlike a reader's range, one that does not fit is refused. */
export function copiedRange(body: Uint8Array, range: string | undefined): Uint8Array {
  if (range === undefined) return body;
  const refused = (message: string) => invalidArgument(message, 'x-amz-copy-source-range', range);
  const [from, to] = (/^bytes=(\d+)-(\d+)$/.exec(range) ?? []).slice(1).map(Number);
  if (from === undefined || to === undefined || from > to) {
    throw refused(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    );
  }
  if (from >= body.length) throw invalidRequest('The specified copy range is invalid for the source object size');
  if (to >= body.length) throw refused(`Range specified is not valid for source object of size: ${body.length}`);
  return body.subarray(from, to + 1);
}
