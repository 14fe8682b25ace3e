import type { Drained } from './types.ts';

export async function rearm(
  context: { readonly invokedFunctionArn: string },
  { drained, left }: Drained,
): Promise<void> {
  if (left) console.log(`${context.invokedFunctionArn}: ${drained} done, the alarm will start the next one`);
}
