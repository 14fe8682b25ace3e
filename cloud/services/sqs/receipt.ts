/** Receipt handles: which receipt of which message of which queue. */
import { receiptHandleIsInvalid } from './errors.ts';
import type { Received, Slot } from './slot.ts';

/** A message as its receiver gets it. */
export const receivedOf = (queueArn: string, { message, receipt }: Pick<Slot, 'message' | 'receipt'>): Received => ({
  message: { ...message },
  handle: Buffer.from(`${queueArn} ${message.id} ${receipt}`).toString('base64'),
});

/** Throws `ReceiptHandleIsInvalid` for what is no handle of this queue. */
export function readHandle(handle: string, queueArn: string): { readonly id: string; readonly receipt: number } {
  const [arn, id, receipt, more] = Buffer.from(handle, 'base64').toString().split(' ');
  if (arn !== queueArn || !id || !receipt || more !== undefined) throw receiptHandleIsInvalid(handle);
  return { id, receipt: Number(receipt) };
}
