import { expect, test, vi } from 'vitest';
import { Once } from './late.ts';

test('it is made once, by who asks first', async () => {
  const make = vi.fn(async () => ({}));
  const one = new Once(make);
  expect(make).not.toHaveBeenCalled();
  const [first, second] = await Promise.all([one.get(), one.get()]);
  expect(second).toBe(first);
  expect(one.made).toBe(first);
  expect(make).toHaveBeenCalledOnce();
});

test('what could not be made is tried again', async () => {
  const one = new Once(vi.fn(async () => 'made').mockRejectedValueOnce(new Error('The disk is full.')));
  await expect(Promise.all([one.get(), one.get()])).rejects.toThrow('The disk is full.');
  expect(one.making).toBeUndefined();
  expect(await one.get()).toBe('made');
});
