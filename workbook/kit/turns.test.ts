import { expect, test } from 'vitest';
import { type Turn, takeTurn } from './turns.ts';

/** What has been decided by now of turns that were asked for. */
async function decided(asked: readonly Promise<Turn | undefined>[]): Promise<string[]> {
  const waiting = Symbol();
  return await Promise.all(
    asked.map(async (one) => {
      const turn = await Promise.race([one, new Promise((resolve) => setImmediate(resolve, waiting))]);
      return turn === waiting ? 'waits' : turn ? 'runs' : 'does not run';
    }),
  );
}

test('the first check goes alone, then all go together', async () => {
  const [first, second, third] = ['a', 'a', 'a'].map(takeTurn);
  expect(await decided([first!, second!, third!])).toEqual(['runs', 'waits', 'waits']);
  (await first)!.end();
  expect(await decided([second!, third!])).toEqual(['runs', 'runs']);
});

test('after a failure none begins any more', async () => {
  const [first, second] = ['b', 'b'].map(takeTurn);
  (await first)!.failed();
  (await first)!.end();
  expect(await decided([second!])).toEqual(['does not run']);

  (await takeTurn('c'))!.end();
  const [one, other] = [(await takeTurn('c'))!, await takeTurn('c')];
  one.failed();
  expect(other).toBeDefined();
  expect(await takeTurn('c')).toBeUndefined();
});

test('steps do not wait for each other', async () => {
  expect(await decided([takeTurn('d'), takeTurn('e')])).toEqual(['runs', 'runs']);
});
