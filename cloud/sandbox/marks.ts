/** Whose a request is that nobody signed: the preload marks each request of a program to the cloud with `PROGRAM.N`. */
import type { TraceId } from '../contract.ts';

export class Marks {
  private readonly causes = new Map<string, TraceId>();

  /** To be called before the program starts, for it may ask before we know that it runs. Call the result when it has ended. */
  add(program: string, cause: TraceId | undefined): () => void {
    if (cause !== undefined) this.causes.set(program, cause);
    return () => this.causes.delete(program);
  }

  /** What the program of a request was started with, its children's included. */
  readonly causeOf = (mark: string | undefined): TraceId | undefined =>
    this.causes.get(/^program\d+/.exec(mark ?? '')?.[0] ?? '');
}
