import { expect, test } from 'vitest';
import { type Turn, takeTurn } from './turns.ts';

type Asked = Promise<Turn | undefined>;
const ask = (times: number, run = {}, file = 'a'): Asked[] => Array.from({ length: times }, () => takeTurn(run, file));

/** What has been decided by now of turns that were asked for. */
async function decided(asked: readonly Asked[]): Promise<string[]> {
  const waiting = Symbol();
  return await Promise.all(
    asked.map(async (one) => {
      const turn = await Promise.race([one, new Promise((resolve) => setImmediate(resolve, waiting))]);
      return turn === waiting ? 'waits' : turn ? 'runs' : 'does not run';
    }),
  );
}

test('the first two checks go one by one, then all go together', async () => {
  const asked = ask(4);
  expect(await decided(asked)).toEqual(['runs', 'waits', 'waits', 'waits']);
  (await asked[0])!.end();
  expect(await decided(asked.slice(1))).toEqual(['runs', 'waits', 'waits']);
  (await asked[1])!.end();
  expect(await decided(asked.slice(2))).toEqual(['runs', 'runs']);
});

test.each([0, 1])('after a failure of leading check %i none begins any more', async (index) => {
  const asked = ask(4);
  if (index === 1) (await asked[0])!.end();
  (await asked[index])!.failed();
  (await asked[index])!.end();
  expect(await decided(asked.slice(index + 1))).toEqual(asked.slice(index + 1).map(() => 'does not run'));
});

test('nor after a failure among those that go together; what has begun goes on', async () => {
  const run = {};
  const asked = ask(4, run);
  for (const leading of asked.slice(0, 2)) (await leading)!.end();
  (await asked[2])!.failed();
  expect(await asked[3]).toBeDefined();
  expect(await takeTurn(run, 'a')).toBeUndefined();
});

test('neither steps of a run nor runs wait for each other, or end each other', async () => {
  const run = {};
  const [first] = ask(1, run);
  (await first)!.failed();
  (await first)!.end();
  expect(await decided([...ask(1, run, 'b'), ...ask(1)])).toEqual(['runs', 'runs']);
});
