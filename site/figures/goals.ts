/** Something to bring about by turning a figure's knobs; the page ticks it when the model says that it has happened. */
export interface Goal<Result> {
  readonly text: string;
  met(result: Result): boolean;
}
