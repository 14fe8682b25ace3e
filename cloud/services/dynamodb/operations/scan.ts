/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
import type { ScanCommandInput, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import { Placeholders } from '../expression/placeholders.ts';
import { refuseLegacy } from '../legacy.ts';
import type { Tables } from '../tables.ts';
import { checkReading, parseReading, readPage, startKey } from './page.ts';
import { assertReadable, sourceOf } from './source.ts';

const MOST_SEGMENTS = 1_000_000;

export const scan =
  (tables: Tables): Operation<ScanCommandInput, ScanCommandOutput> =>
  (input, call) => {
    const { Segment, TotalSegments, FilterExpression, ProjectionExpression } = input;
    const constraints = new Constraints()
      .within('totalSegments', TotalSegments, 1, MOST_SEGMENTS)
      .within('segment', Segment, 0, MOST_SEGMENTS - 1);
    checkReading(input, constraints);
    assertSegment(Segment, TotalSegments);
    refuseLegacy(input);
    const placeholders = Placeholders.of(input, [FilterExpression, ProjectionExpression], { FilterExpression });
    const reading = parseReading(input, placeholders);
    placeholders.assertAllUsed();
    const source = sourceOf(tables, call, input);
    assertReadable(source, input, reading);
    const after = startKey(input.ExclusiveStartKey, source);
    const [segment, total] = [Segment ?? 0, TotalSegments ?? 1];
    if (after && source.items.segmentOf(after, total) !== segment) {
      throw validation(
        'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. ' +
          `TotalSegments: ${total} Segment: ${segment}`,
      );
    }
    return readPage(source, source.items.scan(segment, total, after), input, reading);
  };

/** Throws `ValidationException`. */
function assertSegment(segment: number | undefined, total: number | undefined): void {
  if (segment === undefined && total === undefined) return;
  if (segment === undefined) {
    throw validation(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (total === undefined) {
    throw validation(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (segment >= total) {
    throw validation(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
}
