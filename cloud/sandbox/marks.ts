/** Whose a request is that nobody signed: the preload marks each request of a program to the cloud with `PROGRAM.N`. */
import type { TraceId } from '../contract.ts';

export class Marks {
  private readonly causes = new Map<string, TraceId>();

  /** Call the result when the program has ended. */
  add(program: string, cause: TraceId | undefined): () => void {
    if (cause !== undefined) this.causes.set(program, cause);
    return () => this.causes.delete(program);
  }

  /** What the program of a request was started with, its children's included. */
  readonly causeOf = (mark: string | undefined): TraceId | undefined =>
    this.causes.get(/^program\d+/.exec(mark ?? '')?.[0] ?? '');
}
