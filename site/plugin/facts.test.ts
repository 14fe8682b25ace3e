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

const NOW = Date.parse('2026-11-21T10:00:00Z');

function parse(...facts: unknown[]) {
  const problems: Problem[] = [];
  const text = JSON.stringify({ formatVersion: 1, facts }, null, 2);
  const file = parseFacts(text, 'chapters/facts.json', problems, NOW)!;
  return {
    parsed: file.facts,
    isBroken: file.isBroken,
    problems: problems.map(({ line, message }) => `${line}: ${message}`),
  };
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
    ['a date that is still to come', { asOf: '2026-11-23' }, /^14: The date of second, 2026-11-23, is still to come/],
    ['a source that is no address', { source: 'https://the docs' }, /^14: source: A source is the address of a page/],
    ['a source without a host', { source: 'https:docs.html' }, /^14: source: A source is the address of a page/],
    ['a translation', { source: 'https://docs.aws.amazon.com/zh_cn/x.html' }, /^14: .* is a translation/],
    ['the edition for China', { source: 'https://docs.amazonaws.cn/en_us/x.html' }, /^14: .* is the edition for China/],
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

  it('allows a date that is a day ahead of this machine', () => {
    expect(parse({ ...fact, asOf: '2026-11-22' }).problems).toEqual([]);
  });

  it('takes a clock for wrong that is behind most dates', () => {
    const later = { ...fact, asOf: '2027-11-20' };
    expect(parse(later, { ...later, id: 'second' }, { ...fact, id: 'third' }).problems).toEqual([]);
  });

  it('keeps the good ones beside a bad one, and knows which that is', () => {
    const { parsed, isBroken } = parse({ ...fact, unit: 1 }, { ...fact, id: 'second' });
    expect([...parsed.keys()]).toEqual(['second']);
    expect([isBroken(fact.id), isBroken('second'), isBroken('third')]).toEqual([true, false, false]);
  });

  it('takes a bad one without an id for any that is missing', () => {
    const { isBroken } = parse({ ...fact, id: undefined }, { ...fact, id: 'second' });
    expect([isBroken(fact.id), isBroken('second')]).toEqual([true, false]);
  });

  it('says what is not JSON, with the line', () => {
    const problems: Problem[] = [];
    expect(parseFacts('{\n  "a": 1,\n  b', 'chapters/facts.json', problems)).toBeUndefined();
    expect(problems).toEqual([
      { file: 'chapters/facts.json', line: 3, message: expect.stringMatching(/^This is not JSON: /) },
    ]);
  });
});
