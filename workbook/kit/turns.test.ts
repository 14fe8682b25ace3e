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

test('a check that goes first goes alone, whatever its place; then all go in their order', async () => {
  const run = {};
  const asked = ['a', 'b', 'c', 'd'].map((id) => takeTurn(run, 'a', { id, first: 'c' }));
  expect(await decided(asked)).toEqual(['waits', 'waits', 'runs', 'waits']);
  (await asked[2])!.end();
  const others = [asked[0]!, asked[1]!, asked[3]!];
  expect(await decided(others)).toEqual(['runs', 'waits', 'waits']);
  for (const leading of others.slice(0, 2)) (await leading)!.end();
  expect(await decided(others.slice(2))).toEqual(['runs']);
});

test('when it fails, no other check runs', async () => {
  const run = {};
  const asked = ['a', 'b', 'c'].map((id) => takeTurn(run, 'a', { id, first: 'b' }));
  (await asked[1])!.failed();
  (await asked[1])!.end();
  expect(await decided([asked[0]!, asked[2]!])).toEqual(['does not run', 'does not run']);
});

test('neither steps of a run nor runs wait for each other, or end each other', async () => {
  const run = {};
  const [first] = ask(1, run);
  (await first)!.failed();
  (await first)!.end();
  expect(await decided([...ask(1, run, 'b'), ...ask(1)])).toEqual(['runs', 'runs']);
});
