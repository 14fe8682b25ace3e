/** How an invocation fails without the function having said so itself. */
import type { ProgramEnd } from '../../sandbox/contract.ts';

export interface Failure {
  /** The payload, as JSON. */
  readonly body: string;
  /** What the log says of it. */
  readonly told?: string;
}

const failure = (errorType: string, errorMessage: string, told = errorMessage): Failure => ({
  body: JSON.stringify({ errorType, errorMessage }),
  told,
});

/** Mirrors https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
export function timedOut(requestId: string, seconds: number): Failure {
  const told = `Task timed out after ${seconds.toFixed(2)} seconds`;
  return failure('Sandbox.Timedout', `RequestId: ${requestId} Error: ${told}`, told);
}

export function exited(requestId: string, end: ProgramEnd | { readonly cpuSeconds: number }): Failure {
  const why = reasonOf(end);
  return failure(
    'Runtime.ExitError',
    `RequestId: ${requestId} Error: ${why}`,
    `RequestId: ${requestId} Error: ${why}\nRuntime.ExitError`,
  );
}

function reasonOf(end: ProgramEnd | { readonly cpuSeconds: number }): string {
  if ('cpuSeconds' in end) {
    return `Runtime killed: it ran on the CPU for ${end.cpuSeconds} s without an end. Is there an endless loop?`;
  }
  if (end.reason === 'memory') return 'Runtime killed: it used more memory than the function has';
  if (end.reason === 'disk')
    return 'Runtime killed: it wrote more to /tmp than its ephemeral storage holds (ENOSPC on AWS)';
  if (end.reason === 'processes') return 'Runtime killed: it had more than 1,024 processes and threads (EAGAIN on AWS)';
  if (end.signal === 'SIGABRT' || end.code === 134)
    return 'Runtime exited with error: signal: aborted (out of memory?)';
  if (end.signal) return `Runtime exited with error: signal: ${end.signal === 'SIGKILL' ? 'killed' : end.signal}`;
  return end.code ? `Runtime exited with error: exit status ${end.code}` : 'Runtime exited without providing a reason';
}

export const tooLarge = (): Failure =>
  failure(
    'Function.ResponseSizeTooLarge',
    'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  );

/** The machine cannot run the function's language. */
export const noInterpreter = (why: string): Failure => failure('Runtime.InvalidEntrypoint', why);

/** `time`: as the log writes it. AWS's runtime logs the error as one that nobody caught. */
export const initFailure = (body: string, time: string): Failure => ({
  body,
  told: `${time}\tundefined\tERROR\tUncaught Exception\t${body}`,
});
