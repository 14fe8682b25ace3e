/** What the pages may show of the reader's own last runs. The workbook supplies it to `serveSite`; a built book has none. */

export type StepState = 'passed' | 'failed' | 'not-gradable' | 'error';

export interface Progress {
  /** By the lab's folder (`01-faas`), then by the step's id. A step that has not been graded yet is missing. */
  readonly labs: Readonly<Record<string, { readonly steps: Readonly<Record<string, StepState>> }>>;
}
