/**
 * What CreateTable and UpdateTable say of a table's stream.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
 */
import type { StreamSpecification } from '@aws-sdk/client-dynamodb';
import type { Constraints } from '../constraints.ts';
import { validation } from '../errors.ts';
import type { Table } from '../table.ts';
import type { Streams } from './streams.ts';

export function checkStream(constraints: Constraints, given: StreamSpecification | undefined): Constraints {
  if (!given) return constraints;
  return constraints
    .required('streamSpecification.streamEnabled', given.StreamEnabled)
    .oneOf('streamSpecification.streamViewType', given.StreamViewType, 'streamViewType');
}

/** Throws `ValidationException`. */
export function assertStream(given: StreamSpecification | undefined): void {
  if (given?.StreamEnabled && !given.StreamViewType) {
    throw validation('Invalid StreamViewType: Stream ViewType must not be null or empty when enabling streams.');
  }
  if (given && !given.StreamEnabled && given.StreamViewType) {
    throw validation('Invalid StreamViewType: Stream StreamEnabled was false but a StreamViewType was present.');
  }
}

/** A view cannot be changed: it takes another stream. Throws `ValidationException`. */
export function assertSwitches({ stream, name }: Table, given: StreamSpecification | undefined): void {
  if (given?.StreamEnabled && stream?.open) throw validation(`Table already has an enabled stream: TableName: ${name}`);
  if (given && !given.StreamEnabled && !stream?.open) {
    throw validation(`Table has no stream to disable: TableName: ${name}`);
  }
}

export function switchStream(streams: Streams, table: Table, given: StreamSpecification | undefined): void {
  if (given?.StreamEnabled) streams.enable(table, given.StreamViewType!);
  else if (given) streams.disable(table);
}
