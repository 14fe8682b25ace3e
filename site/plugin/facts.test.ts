import { describe, expect, it } from 'vitest';
import { factText, parseFacts } from './facts.ts';
import type { Problem } from './problems.ts';

const fact = {
  id: 'lambda.memory.max',
  title: 'Largest memory of a function',
  value: 10_240,
  unit: 'MB',
  region: 'all',
  asOf: '2026-11-20',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
};

function parse(...facts: object[]) {
  const problems: Problem[] = [];
  const parsed = parseFacts(JSON.stringify({ formatVersion: 1, facts }, null, 2), 'chapters/facts.json', problems);
  return { parsed, problems: problems.map(({ line, message }) => `${line}: ${message}`) };
}

describe('parseFacts', () => {
  it('reads facts and prints them', () => {
    const { parsed, problems } = parse(fact, { ...fact, id: 'node', value: 'nodejs24.x', unit: '' });
    expect(problems).toEqual([]);
    expect(factText(parsed.get('lambda.memory.max')!)).toBe('10,240\u00a0MB');
    expect(factText(parsed.get('node')!)).toBe('nodejs24.x');
  });

  it('prints small prices whole', () => {
    const { parsed } = parse({ ...fact, value: 0.0000166667, unit: 'USD per GB-second' });
    expect(factText(parsed.get(fact.id)!)).toBe('0.0000166667 USD per GB-second');
  });

  it.each([
    ['an id in capitals', { id: 'Lambda' }, /^14: id: An id is made of small letters/],
    ['no date', { asOf: 'yesterday' }, /^14: asOf: /],
    ['a date that does not exist', { asOf: '2026-02-30' }, /^14: asOf: /],
    ['an insecure source', { source: 'http://example.com' }, /^14: source: /],
    ['an unknown region', { region: 'europe' }, /^14: region: /],
    ['a key nobody knows', { when: 'now' }, /^14: the file: .*when|^14: .*when/],
    ['a number in quotes', { value: '15' }, /^14: The value of second is a number in quotes\./],
    ['the same id again', { id: fact.id }, /^14: The fact lambda\.memory\.max stands here twice\./],
  ])('refuses %s, with its line', (_what, change, problem) => {
    const { problems } = parse(fact, { ...fact, id: 'second', ...change });
    expect(
      problems.some((said) => problem.test(said)),
      problems.join('\n'),
    ).toBe(true);
  });

  it('says what is not JSON', () => {
    const problems: Problem[] = [];
    parseFacts('{', 'chapters/facts.json', problems);
    expect(problems[0]!.message).toMatch(/^This is not JSON: /);
  });
});
