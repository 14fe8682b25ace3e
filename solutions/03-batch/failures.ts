import type { Message } from './types.ts';

export async function failed(_message: Message, _error: unknown): Promise<void> {}
