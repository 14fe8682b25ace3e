/**
 * Event source mappings: what is read, for which function, and how.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
 */
import type { Millis } from '../../contract.ts';
import type { StreamRecord } from '../dynamodb/streams/record.ts';
import type { Filter } from './filter.ts';

export interface Mapping {
  readonly id: string;
  /** Grows from mapping to mapping. */
  readonly serial: number;
  readonly accountId: string;
  readonly region: string;
  readonly sourceArn: string;
  functionArn: string;
  enabled: boolean;
  state: 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating' | 'Deleting';
  batchSize: number;
  window: Millis;
  partialFailures: boolean;
  /** Invocations at a time, where a limit has been set: for queues. */
  maximumConcurrency: number | undefined;
  /** A message or record has to pass one of them, if there are any. */
  filters: readonly Filter[];
  tags: Record<string, string>;
  modifiedAt: Millis;
  /** What only mappings from a stream have. */
  stream: StreamSettings | undefined;
}

export interface StreamSettings {
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** -1: as long as the records are there. */
  retries: number;
  /** Seconds; -1: without a limit of its own. */
  maximumAge: number;
  bisects: boolean;
  parallelization: number;
  /** ARN of where the records go that are given up. */
  onFailure: string | undefined;
  readonly progress: Progress;
}

/** How far a mapping has come; it goes on from there when it is turned on again. */
export interface Progress {
  /** Position of the next record to read; nothing before the first reading. */
  next: number | undefined;
  /** Read, and not done. */
  undone: readonly StreamRecord[];
  lastResult: string;
}

/** Reads a source for a mapping, from its making on. */
export interface Poller {
  stop(): void;
}
