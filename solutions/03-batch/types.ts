/** The shapes that the parts of the pipeline hand to each other. Given; nothing to do here. */

/** A version of a document that has arrived, read from a notification of S3. */
export interface Arrival {
  readonly bucket: string;
  /** The document's real key, decoded. */
  readonly key: string;
  readonly eTag: string;
  /** Grows with each event of one key. */
  readonly sequencer: string;
  /** Bytes. */
  readonly size: number;
}

/** What became of an arrival: a result was written, or was there already; the version is overwritten, or deleted. */
export type Recorded = 'recorded' | 'already' | 'superseded' | 'gone';

/** A message of the queue, as far as the pipeline needs it. */
export interface Message {
  readonly id: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** How many times it has been received, this time included. */
  readonly receives: number;
}

/** How an invocation of the drain ended. */
export interface Drained {
  /** Messages that were done with. */
  readonly drained: number;
  /** It stopped for want of time, and not because the queue was empty. */
  readonly left: boolean;
}
