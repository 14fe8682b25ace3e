import type { Drained } from './types.ts';

export async function rearm(_context: { readonly invokedFunctionArn: string }, _result: Drained): Promise<void> {}
