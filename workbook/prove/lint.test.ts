import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { loadLab, loadLabs } from '../labs/load.ts';
import { ROOT } from '../paths.ts';
import { answersOf } from './answers.ts';
import { problemsOf } from './lint.ts';

const home = mkdtempSync(join(tmpdir(), 'workbook-lint-'));
const [folder, solution] = [join(home, 'labs/07-tiny'), join(home, 'solutions/07-tiny')];
afterAll(() => rmSync(home, { recursive: true }));

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
};
const edit = (path: string, from: string, to: string): void => {
  const text = readFileSync(join(home, path), 'utf8');
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  put(path, text.replace(from, to));
};
const mutant = (name: string, step: string, check: string, file: string): void => {
  put(`labs/07-tiny/mutants/${name}/mutant.json`, JSON.stringify({ step, check, why: 'It answers something else.' }));
  put(`labs/07-tiny/mutants/${name}/${file}`, 'export const handler = async () => 0;\n');
};

beforeEach(() => {
  for (const part of ['labs', 'solutions']) rmSync(join(home, part), { recursive: true, force: true });
  const tiny = join(ROOT, 'workbook/testing/tiny');
  for (const part of ['lab.json', 'starter', 'steps'])
    cpSync(join(tiny, part), join(folder, part), { recursive: true });
  cpSync(join(tiny, 'solution'), solution, { recursive: true });
  mutant('nought', 'double', 'doubles', 'handler.ts');
  mutant('nothing', 'triple', 'triples', 'triple.ts');
});

/** With the temporary folder taken out of them. */
const problems = (): string[] =>
  problemsOf(loadLab(folder)).map((problem) =>
    problem.replaceAll(`${home}/`, '').replaceAll(`${relative(process.cwd(), home)}/`, ''),
  );
const answers = async (): Promise<string[]> => {
  const all = await answersOf(loadLab(folder), { seed: 1, again: 2, all: true, every: false });
  return all.map(({ name }) => name);
};

test('nothing is wrong with the labs of the workbook', () => {
  expect(loadLabs().flatMap(problemsOf)).toEqual([]);
});

test('nor with a lab in order', async () => {
  expect(problems()).toEqual([]);
  expect(await answers()).toEqual(['starter', 'solution', 'mutant nought', 'mutant nothing']);
});

describe('checks', () => {
  test('one that no mutant names', () => {
    rmSync(join(folder, 'mutants/nothing'), { recursive: true });
    expect(problems()).toEqual([expect.stringMatching(/^check triples of step triple: no mutant names it\./)]);
  });

  test('all of a lab without mutants', () => {
    rmSync(join(folder, 'mutants'), { recursive: true });
    expect(problems()).toHaveLength(2);
  });

  test('one that a mutant names beside its own is named', () => {
    rmSync(join(folder, 'mutants/nothing'), { recursive: true });
    edit('labs/07-tiny/mutants/nought/mutant.json', '"why"', '"also":["triples"],"why"');
    expect(problems()).toEqual([]);
  });

  test('one that lab.json does not list, and one that the test file does not have', () => {
    edit('labs/07-tiny/steps/1-double.grader.ts', "check('doubles'", "check('twice'");
    expect(problems()).toEqual([
      'labs/07-tiny/steps/1-double.grader.ts has a check twice: list it in labs/07-tiny/lab.json, step double, or take it out',
      'labs/07-tiny/lab.json: check doubles of step double is not in labs/07-tiny/steps/1-double.grader.ts',
    ]);
  });

  test('another order', () => {
    edit(
      'labs/07-tiny/lab.json',
      '[{ "id": "doubles"',
      '[{ "id": "fast", "title": "It is fast enough" }, { "id": "doubles"',
    );
    put(
      'labs/07-tiny/steps/1-double.grader.ts',
      `${readFileSync(join(folder, 'steps/1-double.grader.ts'), 'utf8')}\ncheck(\n  'fast', async () => {});\n`,
    );
    mutant('slow', 'double', 'fast', 'handler.ts');
    expect(problems()).toEqual([
      'labs/07-tiny/steps/1-double.grader.ts has its checks in another order than labs/07-tiny/lab.json: doubles, fast instead of fast, doubles. A step ends at its first failing check',
    ]);
  });

  test('a hint that is not there', () => {
    edit('labs/07-tiny/steps/2-triple.grader.ts', 'hint: 1', 'hint: 2');
    expect(problems()).toEqual(['labs/07-tiny/steps/2-triple.grader.ts:9: there is no hint 2: step triple has 1']);
  });
});

describe('answers, which are not graded then', () => {
  test('no solution', async () => {
    rmSync(solution, { recursive: true });
    expect(problems()).toContainEqual(expect.stringMatching(/^solutions\/07-tiny is missing: /));
    expect(await answers()).toEqual([]);
  });

  test('a solution without a step’s file', () => {
    rmSync(join(solution, 'triple.ts'));
    expect(problems()).toEqual(['solutions/07-tiny has no triple.ts, which step triple lists']);
  });

  test('an empty alternate, and one with a file of no step', async () => {
    mkdirSync(join(solution, 'alt-empty'));
    put('solutions/07-tiny/alt-else/else.ts', '');
    expect(problems()).toEqual([
      'solutions/07-tiny/alt-else holds no file that a step lists: it answers nothing',
      'solutions/07-tiny/alt-empty holds no file that a step lists: it answers nothing',
    ]);
    expect(await answers()).toEqual(['starter', 'solution', 'mutant nought', 'mutant nothing']);
  });

  test('an alternate that is the solution', () => {
    cpSync(join(solution, 'triple.ts'), join(solution, 'alt-same/triple.ts'));
    expect(problems()).toEqual([
      'solutions/07-tiny/alt-same is equal to the solution: an alternate does the same by other means',
    ]);
  });

  test('an alternate that is not called so', () => {
    cpSync(join(folder, 'mutants/nought/handler.ts'), join(solution, 'plain/handler.ts'));
    expect(problems()).toEqual(['solutions/07-tiny/plain is no part of the answer: an alternate is called alt-plain']);
  });

  test('a mutant that is the solution', async () => {
    cpSync(join(solution, 'triple.ts'), join(folder, 'mutants/nothing/triple.ts'));
    expect(problems()).toEqual(['labs/07-tiny/mutants/nothing: it differs in nothing that step triple deploys']);
    expect(await answers()).toEqual(['starter', 'solution', 'mutant nought']);
  });

  test('a mutant of another step’s file, and one with a file of no step', () => {
    renameSync(join(folder, 'mutants/nothing/triple.ts'), join(folder, 'mutants/nothing/handler.ts'));
    put('labs/07-tiny/mutants/nought/more.ts', '');
    expect(problems()).toEqual([
      'labs/07-tiny/mutants/nought/more.ts: no step lists this file, so it is never deployed',
      'labs/07-tiny/mutants/nothing holds no file that step triple lists: triple.ts',
    ]);
  });
});

describe('what is left lying', () => {
  test('a starter file that nobody uses, until something names it', () => {
    put('labs/07-tiny/starter/given.ts', "import './types.ts';\n");
    put('labs/07-tiny/starter/types.ts', "import './given.ts';\n");
    expect(problems()).toEqual([
      'labs/07-tiny/starter/given.ts: no step lists this file, and nothing names it',
      'labs/07-tiny/starter/types.ts: no step lists this file, and nothing names it',
    ]);
    edit('labs/07-tiny/starter/triple.ts', 'export', "import './given.ts';\nexport");
    expect(problems()).toEqual([]);
  });

  test('a test of no step', () => {
    put('labs/07-tiny/steps/3-more.test.ts', '');
    put('labs/07-tiny/steps/support/own.test.ts', '');
    expect(problems()).toEqual(['labs/07-tiny/steps/3-more.test.ts: no step has this as its test: it grades nobody']);
  });

  test('a package that is not installed', () => {
    edit('labs/07-tiny/lab.json', '"packages": []', '"packages": ["@nobody/nothing"]');
    expect(problems()).toEqual([
      expect.stringMatching(/^labs\/07-tiny\/lab\.json: packages: @nobody\/nothing is not installed/),
    ]);
  });
});
