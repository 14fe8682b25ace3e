import { expect, test } from 'vitest';
import type { Program, ProgramSpec } from './contract.ts';
import { Starts } from './starts.ts';

const spec = {} as ProgramSpec;

test('who closes a sandbox waits for the starts that are under way, failed ones too, and nothing starts afterwards', async () => {
  const begun: { readonly done: (program: Program) => void; readonly fail: (error: Error) => void }[] = [];
  const starts = new Starts(() => new Promise((done, fail) => begun.push({ done, fail })));
  const [first, second] = [starts.start(spec), starts.start(spec)];
  const failed = expect(second).rejects.toThrow('no room');
  let closed = false;
  const closing = starts.close().then(() => {
    closed = true;
  });
  void starts.start(spec);
  begun[0]!.done({} as Program);
  await first;
  expect([begun.length, closed]).toEqual([2, false]);
  begun[1]!.fail(new Error('no room'));
  await Promise.all([closing, failed]);
  expect(closed).toBe(true);
});
