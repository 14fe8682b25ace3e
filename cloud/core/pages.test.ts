import { expect, test } from 'vitest';
import { AwsError } from '../contract.ts';
import { page } from './pages.ts';

const call = { accountId: '111111111111', service: 'events', operation: 'ListRules' };
const refused = () => new AwsError('InvalidNextToken', 'The token is not valid.');
const part = (all: readonly string[], token?: string, more: Partial<typeof call> = {}) =>
  page(all, (item) => [item], { token, size: 2, call: { ...call, ...more } }, refused);

test('whoever deletes what a part has shown sees everything all the same', () => {
  const left = new Set(['d', 'b', 'e', 'a', 'c']);
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const { items, next } = part([...left], token);
    seen.push(...items);
    for (const item of items) left.delete(item);
    token = next;
  } while (token);
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('what is added before the token is not shown, nor is anything twice', () => {
  const { items, next } = part(['b', 'd', 'f']);
  expect(items).toEqual(['b', 'd']);
  expect(part(['a', 'b', 'd', 'e', 'f'], next)).toEqual({ items: ['e', 'f'] });
});

test('keys of several parts count from the first on, numbers as numbers', () => {
  const all = [10, 9, 2].flatMap((number) => ['y', 'x'].map((letter) => [number, letter] as const));
  expect(page(all, (key) => key, { token: undefined, size: 9, call }, refused).items.map(String)).toEqual([
    '2,x',
    '2,y',
    '9,x',
    '9,y',
    '10,x',
    '10,y',
  ]);
});

test('a token is refused that was not made for this list', () => {
  const { next = '' } = part(['a', 'b', 'c']);
  expect(part(['a', 'b', 'c'], next).items).toEqual(['c']);
  const forged = Buffer.from('["a"]').toString('base64url') + next.slice(-17);
  for (const token of ['', 'x', 'MTI=', next.slice(1), `${next}A`, forged]) {
    expect(() => part(['a', 'b', 'c'], token)).toThrow('The token is not valid.');
  }
  for (const other of [{ accountId: '222222222222' }, { operation: 'ListTargets' }]) {
    expect(() => part(['a', 'b', 'c'], next, other)).toThrow('The token is not valid.');
  }
});
