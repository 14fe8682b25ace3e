/** How a check ends otherwise than well: as data, which the reports print. */
import { basename, relative } from 'node:path';
import { ROOT } from '../paths.ts';

/** Whose fault it is. `grader` and `machine` are never held against the learner. */
export type Fault = 'code' | 'grader' | 'machine';

export interface FailureReport {
  readonly fault: Fault;
  /** What was being compared. */
  readonly what?: string;
  readonly expected: string;
  readonly seen: string;
  /** The smallest difference, as lines that begin with `-` (expected) or `+` (seen). */
  readonly difference?: readonly string[];
  readonly cause?: string;
  readonly hint?: number;
  /** The code could not be bundled, or lacks what is to be deployed: nothing was judged. */
  readonly build?: true;
  /** Place in the learner's files: `handler.ts:12:5`. */
  readonly at?: string;
}

/** What a check leaves behind for the reports, passed or not. */
export interface CheckReport {
  readonly did: readonly string[];
  readonly failure?: FailureReport;
  /** The learner's own output, last lines. */
  readonly output: readonly string[];
}

declare module 'vitest' {
  export interface TaskMeta {
    workbook?: CheckReport;
  }
}

/** Ends a check with a report. */
export class CheckFailure extends Error {
  override name = 'CheckFailure';

  constructor(readonly report: FailureReport) {
    super(`${report.expected} / ${report.seen}`);
  }
}

/** A file of the learner's that has to be there, and is not. */
export function missingFile(path: string): CheckFailure {
  const name = relative(ROOT, path);
  const starter = name.replace(/^(labs.[^/\\]+.)src(?=[/\\])/, '$1starter');
  return new CheckFailure({
    fault: 'code',
    build: true,
    expected: `the file ${basename(path)}`,
    seen: `there is no ${name}`,
    cause: `It was moved or deleted, or is a link to somewhere else.${starter === name ? '' : ` The one to begin with is ${starter}: copy it to where it was.`}`,
  });
}

/** Turns anything thrown in a check into a report; what is no `CheckFailure` is a mistake of the grader. */
export const reportOf = (error: unknown): FailureReport =>
  error instanceof CheckFailure
    ? error.report
    : {
        fault: 'grader',
        expected: 'the grader comes to a verdict',
        seen: error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error),
      };
