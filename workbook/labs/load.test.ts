import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../files.ts';
import { LABS, ROOT } from '../paths.ts';
import { loadLab, loadLabs, loadMutants } from './load.ts';

const above = mkdtempSync(join(tmpdir(), 'workbook-labs-'));
const folder = join(above, 'labs/07-tiny');
const file = join(folder, 'lab.json');
const tiny = join(ROOT, 'workbook/testing/tiny');
const original = readFileSync(join(tiny, 'lab.json'), 'utf8');
afterAll(() => rmSync(above, { recursive: true }));
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  cpSync(tiny, folder, { recursive: true });
});

/** The one message about this lab, without its first line, which names the file. */
function problems(load: () => unknown = () => loadLab(folder), named = file): string[] {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const [first, ...rest] = (error as Error).message.split('\n');
    expect(first).toBe(`${named} cannot be used:`);
    return rest.map((line) => line.trim());
  }
  return [];
}

type Path = readonly (string | number)[];

/** lab.json with one value replaced; `undefined` takes it out. */
function change(path: Path, value: unknown): void {
  const lab = JSON.parse(original) as Record<string | number, unknown>;
  let at = lab;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1)!] = value;
  writeFileSync(file, JSON.stringify(lab));
}

test('the labs of the workbook are read, in order', () => {
  const labs = loadLabs();
  const numbers = labs.map(({ number }) => number);
  expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
  expect(labs[0]).toMatchObject({ name: '01-faas', src: join(LABS, '01-faas/src') });
});

test('a lab that is in order has no problems', () => {
  expect(problems()).toEqual([]);
});

describe('a lab.json that cannot be used is told with the place and what is expected there', () => {
  const step = ['steps', 0] as const;
  test.each<[Path, unknown, string | RegExp]>([
    [['id'], 'Tiny', /^id: small letters, digits and dashes/],
    [['number'], 'two', /^number: .*expected number/],
    [['number'], 1.5, /^number: /],
    [['title'], '', /^title: /],
    [['title'], undefined, /^title: .*expected string/],
    [['chapter'], 'faas', /^chapter: a chapter’s file name, like 01-faas/],
    [['packages'], [4], /^packages\[0\]: .*expected string/],
    [['extra'], 1, /^the file: .*extra/],
    [['steps'], [], /^steps: /],
    [[...step, 'points'], 0, /^steps\[0\]\.points: /],
    [[...step, 'anchor'], '', /^steps\[0\]\.anchor: /],
    [[...step, 'files'], [], /^steps\[0\]\.files: /],
    [[...step, 'files'], ['../secret.ts'], /^steps\[0\]\.files\[0\]: a path within the folder, without \.\./],
    [[...step, 'files'], ['missing.ts'], 'steps[0].files: there is no starter/missing.ts'],
    [[...step, 'test'], '/etc/passwd', /^steps\[0\]\.test: a path within the folder/],
    [[...step, 'test'], 'steps/none.test.ts', 'steps[0].test: there is no steps/none.test.ts'],
    [[...step, 'tests'], 'x', /^steps\[0\]: .*tests/],
    [[...step, 'checks'], [], /^steps\[0\]\.checks: /],
    [[...step, 'checks', 0, 'title'], 'short', /^steps\[0\]\.checks\[0\]\.title: /],
    [[...step, 'hints'], [], /^steps\[0\]\.hints: /],
    [['steps', 1, 'id'], 'double', 'steps: the id double is there twice'],
    [['number'], 3, 'number and id: the folder 07-tiny would be 03-tiny'],
  ])('%j as %j', (path, value, said) => {
    change(path, value);
    expect(problems()).toEqual([typeof said === 'string' ? said : expect.stringMatching(said)]);
  });

  test('a check that is there twice', () => {
    const { checks } = (JSON.parse(original) as { steps: { checks: object[] }[] }).steps[0]!;
    change([...step, 'checks'], [...checks, ...checks]);
    expect(problems()).toEqual(['steps[0].checks: the id doubles is there twice']);
  });

  test('a check that another step has already', () => {
    const { steps } = JSON.parse(original) as { steps: object[] };
    change(['steps'], [...steps, { ...steps[0], id: 'another' }]);
    expect(problems()).toContain(`steps[${steps.length}].checks: the id doubles is there twice`);
  });

  test.each([
    ['', /^it is no JSON: /],
    ['{ "id": "tiny", }', /^it is no JSON: /],
    ['[]', /^the file: .*expected object/],
    ['null', /^the file: .*expected object/],
  ])('the text ‘%s’', (text, said) => {
    writeFileSync(file, text);
    expect(problems()).toEqual([expect.stringMatching(said)]);
  });

  test('a chapter that the book beside it does not have', () => {
    const chapters = join(above, 'chapters');
    mkdirSync(chapters);
    writeFileSync(join(chapters, 'book.json'), '{ "chapters": [{ "file": "01-first.md" }, { "title": "To come" }] }');
    expect(problems()).toEqual(['chapter: the book has no chapter 01-faas. It has: 01-first']);
    rmSync(chapters, { recursive: true });
    expect(problems()).toEqual([]);
  });

  test('all that is wrong is told at once', () => {
    change(['steps'], [{ ...JSON.parse(original).steps[0], test: 'a.ts', files: ['b.ts', 'c.ts'] }]);
    expect(problems()).toHaveLength(3);
  });
});

describe('a mutant.json that cannot be used', () => {
  const mutant = join(folder, 'mutants/wrong/mutant.json');
  const load = (content: object | undefined) => () => {
    cpSync(join(tiny, 'solution'), join(folder, 'mutants/wrong'), { recursive: true });
    if (content) writeFileSync(mutant, JSON.stringify(content));
    return loadMutants(loadLab(folder));
  };
  const good = { step: 'double', check: 'doubles', why: 'It answers something else.' };

  test('in order it is read', () => {
    expect(load(good)()).toMatchObject([{ name: 'wrong', check: 'doubles', also: [] }]);
  });

  test.each<[object | undefined, string | RegExp]>([
    [undefined, 'the file is missing'],
    [{ ...good, step: 'none' }, 'step: the lab has no step none'],
    [{ ...good, check: 'none' }, 'check, also: the lab has no check none'],
    [{ ...good, also: ['doubles', 'other'] }, 'check, also: the lab has no check other'],
    [{ ...good, check: 'triples' }, 'check: step double has no check triples. It has: doubles'],
    [{ ...good, why: '' }, /^why: /],
  ])('%j', (content, said) => {
    expect(problems(load(content), mutant)).toEqual([typeof said === 'string' ? said : expect.stringMatching(said)]);
  });
});
