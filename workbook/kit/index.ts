/** What the graders of the labs import, as `#kit`. */
export { check } from './check.ts';
export type * from './contract.ts';
