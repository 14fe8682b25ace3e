import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Drained } from './types.ts';

const lambda = new LambdaClient();
let armed = false;

/**
 * While work is left, the next invocation takes over. The alarm will not: it acts when its state changes, and it has been in
 * ALARM all along. An invocation that got nothing done would only be followed by another one like it; that is the sweep's case.
 */
export async function rearm(
  context: { readonly invokedFunctionArn: string },
  { drained, left }: Drained,
): Promise<void> {
  if (armed || !left || drained === 0) return;
  armed = true;
  // The ARN names the alias or version that runs now. An event is only handed over: nobody waits, and is paid for waiting.
  // A failure is not caught: it fails this invocation, and Lambda tries that again.
  await lambda.send(new InvokeCommand({ FunctionName: context.invokedFunctionArn, InvocationType: 'Event' }));
}
