import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Drained } from './types.ts';

const lambda = new LambdaClient();

export async function rearm(context: { readonly invokedFunctionArn: string }, { left }: Drained): Promise<void> {
  if (!left) return;
  // The ARN names the alias or version that runs now. An event is only handed over: nobody waits, and is paid for waiting.
  // A failure is not caught: it fails this invocation, and Lambda tries that again.
  await lambda.send(new InvokeCommand({ FunctionName: context.invokedFunctionArn, InvocationType: 'Event' }));
}
