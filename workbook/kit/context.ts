/** What a run tells the graders' workers: which cloud, which answer, which seed. Travels through vitest's `provide`. */
import { inject } from 'vitest';
import type { Lab } from '../labs/load.ts';

export interface CloudAddress {
  readonly url: string;
  readonly token: string;
}

/** The check of a step that goes before all others of it, by their ids. */
export interface First {
  readonly step: string;
  readonly check: string;
}

export interface RunContext {
  readonly lab: Pick<Lab, 'name' | 'number' | 'packages' | 'chapter'>;
  /** Folder of the reference answer, which supplies what other steps would have built. */
  readonly solution: string;
  /** Folder of the answer under test. */
  readonly answer: string;
  readonly seed: number;
  /** One for each check that is under way at a time, for checks do not share a clock. */
  readonly clouds: readonly CloudAddress[];
  /** A number for each cloud, which all threads see: 1 while a check is at work on it. */
  readonly taken: SharedArrayBuffer;
  /** A step ends at its first failing check. */
  readonly stopAtFailure: boolean;
  readonly first?: First;
  /** By step id: the files of the answer that the step judges. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** By path of the grader's file: the step that it grades. */
  readonly steps: Readonly<Record<string, string>>;
  /** The engine's time can be moved; where it cannot, seconds are real. */
  readonly virtualTime: boolean;
  /** Others may be at work on the engine: names that are global there are made sure of. */
  readonly shared: boolean;
}

declare module 'vitest' {
  export interface ProvidedContext {
    workbook: RunContext;
  }
}

export const runContext = (): RunContext => inject('workbook');
