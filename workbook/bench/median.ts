/** The middle of some measurements; the upper one of the two where their number is even. */
export const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[values.length >> 1]!;
