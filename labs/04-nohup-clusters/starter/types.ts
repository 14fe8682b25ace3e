/** The shapes that the parts of the cluster hand to each other. Given; nothing to do here. */

export type Role = 'coordinator' | 'worker';

/** What the launcher's event asks for, and what run.json keeps. */
export interface Run {
  readonly run: string;
  /** The planned time of the event, ISO: the same however often and however late it is delivered. */
  readonly at: string;
  readonly workers: number;
  /** With fewer workers than this the run does not begin. */
  readonly least: number;
}

/** Variables of a program's environment. */
export type Variables = Readonly<Record<string, string>>;

/** A document of the inbox, as a listing shows it. Its size in bytes tells how long it will take. */
export interface File {
  readonly key: string;
  readonly eTag: string;
  readonly size: number;
}

/** Files that are leased together. */
export interface Bunch {
  readonly id: string;
  readonly files: readonly File[];
}

/** The bunches in the order in which they are to be claimed. */
export interface Plan {
  readonly bunches: readonly Bunch[];
}

/** The right to work on a bunch for a while. */
export interface Lease {
  readonly bunch: string;
  /** One greater with each holder of the bunch; the first is 1. */
  readonly token: number;
  /** When it ends, in milliseconds since 1970. */
  readonly until: number;
  /** Whatever lease.ts needs to know it again. Nobody else looks at it. */
  readonly tag?: string;
}

/** What became of a file: it was counted, or put aside with a reason. */
export type Done =
  | { readonly key: string; readonly eTag: string; readonly pages: number }
  | { readonly key: string; readonly eTag: string; readonly reason: string };

/** `already`: somebody has committed the file before, and what they wrote stays. */
export type Committed = 'committed' | 'already';

export interface Manifest {
  readonly run: string;
  readonly files: number;
  readonly committed: number;
  readonly quarantined: number;
  /** Of all files that were counted. */
  readonly pages: number;
}

/** What a client of the SDK signs its calls with, for as long as they hold. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}
