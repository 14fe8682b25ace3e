/**
 * Shard iterators: a place in a stream, for a quarter of an hour.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
 */
import { AwsError, type Millis } from '../../../contract.ts';
import { validation } from '../errors.ts';

export interface Iterator {
  readonly arn: string;
  /** Of the next record to read. */
  readonly position: number;
  readonly madeAt: Millis;
}

const VALID: Millis = 15 * 60_000;

export const writeIterator = ({ arn, position, madeAt }: Iterator): string =>
  `${arn}|1|${Buffer.from(`${position} ${madeAt}`).toString('base64')}`;

/** Throws `ValidationException` and `ExpiredIteratorException`. */
export function readIterator(text: string, now: Millis): Iterator {
  const [arn = '', version, place = ''] = text.split('|');
  const [, position, madeAt] = /^(\d{1,15}) (\d{1,15})$/.exec(Buffer.from(place, 'base64').toString()) ?? [];
  if (version !== '1' || !position || !madeAt) throw validation('Invalid ShardIterator');
  if (now >= Number(madeAt) + VALID) {
    throw new AwsError(
      'ExpiredIteratorException',
      'The shard iterator has expired and can no longer be used to retrieve stream records.',
      400,
    );
  }
  return { arn, position: Number(position), madeAt: Number(madeAt) };
}
