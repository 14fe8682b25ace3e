/** What `npm run lab …` says and how it exits where nothing is graded. */
import { readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Copy, copyRepository, flat } from '../testing/copy.ts';
import { withoutWriting } from '../testing/read-only.ts';

let copy: Copy;
beforeAll(() => {
  copy = copyRepository();
});
afterAll(() => copy.remove());
beforeEach(async () => {
  for (const path of ['labs/01-faas/src', 'labs/07-tiny/src', '.workbook']) {
    await rm(join(copy.root, path), { recursive: true, force: true });
  }
});

/** A folder's files with their bytes. */
const contents = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(copy.root, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(join(copy.root, path).length + 1), readFileSync(file).toString('base64')]),
  );
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

describe('words that cannot be followed are answered on the error stream, and the exit code is 2', () => {
  test.each([
    ['9', 'There is no lab 9. There are: 1 (faas), 2 (microservices), 3 (batch), 4 (nohup-clusters), 7 (tiny).'],
    [
      'x',
      '‘x’ is no lab and no word that npm run lab knows. The labs: 1 (faas), 2 (microservices), 3 (batch), 4 (nohup-clusters), 7 (tiny). All words: npm run lab help',
    ],
    ['7 solutoin', 'Did you mean ‘solution’?'],
    ['1.9', 'Lab 1 has no step 9.'],
  ])('npm run lab %s', async (words, said) => {
    const { code, stdout, stderr } = await copy.run(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(flat(stderr)).toContain(said);
    expect(linesOf(stderr).length).toBeLessThan(5);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('npm gives the exit code on', async () => {
    expect(await copy.lab('9').ended).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('a lab.json that is broken', () => {
  const file = 'labs/07-tiny/lab.json';
  test.each([
    ['no JSON', (text: string) => text.slice(0, -20), /it is no JSON: /],
    ['a wrong field', (text: string) => text.replace('"number": 7', '"number": "seven"'), /number: .*expected number/],
    ['no such grader', (text: string) => text.replace('1-double', '1-triple'), /steps\[0\]\.test: there is no steps/],
  ])('%s', async (_, breaking, said) => {
    const whole = await copy.read(file);
    await copy.write(file, breaking(whole));
    try {
      const { code, stdout, stderr } = await copy.run('1.1');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`${file} cannot be used:`);
      expect(stderr).toMatch(said);
      expect(linesOf(stderr).length).toBeLessThan(4);
    } finally {
      await copy.write(file, whole);
    }
  });
});

describe('a folder that cannot be written', () => {
  test('grading, hints and a reset end in one message; looking works; doctor names it', async () => {
    await copy.run('7 reset');
    await rm(join(copy.root, '.workbook'), { recursive: true });
    const options = withoutWriting(copy);
    const read = (words: string) => copy.run(words, options);
    for (const words of ['1', '7 hint', '7 reset']) {
      const { code, stdout, stderr } = await read(words);
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: '' });
      expect(flat(stderr)).toMatch(/^Cannot write .*: (you may not write there|that folder is read-only)\. /);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(await read('')).toMatchObject({ code: 0 });
    const doctor = await read('doctor');
    expect(doctor.code).toBe(2);
    expect(flat(doctor.stdout)).toContain('✗ cannot write');
    expect(readdirSync(join(copy.root, 'labs/01-faas'))).not.toContain('src');
    expect(contents('labs/07-tiny/src')).toEqual(contents('labs/07-tiny/starter'));
  });
});

describe('where am I', () => {
  test('all labs, their steps, and the first one to take', async () => {
    const { code, stdout, stderr } = await copy.run('');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Lab 1: Functions as a service\n  0 of 4 steps · 0 of 60 points\n');
    expect(stdout).toContain('  · 7.2 A function that triples\n');
    expect(stdout).toContain('You have not begun yet.\nNext: npm run lab 1.1, A function that counts');
  });

  test('what has been passed and what has not, also when progress cannot be read', async () => {
    await copy.run('7.1 hint');
    const steps = { handler: 'passed', package: 'failed' };
    await copy.write('.workbook/progress.json', JSON.stringify({ formatVersion: 1, labs: { '01-faas': { steps } } }));
    const { stdout } = await copy.run('');
    expect(stdout).toContain('  1 of 4 steps · 10 of 60 points');
    expect(stdout).toMatch(/ {2}✓ 1\.1 .*\n {2}✗ 1\.2 .*\n {2}· 1\.3 /);
    expect(stdout).toContain('Next: npm run lab 1.2');
    await copy.write('.workbook/progress.json', '{"formatVersion":1,"labs":{"01-faas":{"st');
    expect(await copy.run('')).toMatchObject({ code: 0, stdout: expect.stringContaining('You have not begun yet.') });
  });

  test('what cannot be judged on this machine holds nobody up', async () => {
    await copy.run('7.1 hint');
    const steps = { handler: 'passed', package: 'not-gradable' };
    await copy.write('.workbook/progress.json', JSON.stringify({ formatVersion: 1, labs: { '01-faas': { steps } } }));
    const { stdout } = await copy.run('');
    expect(stdout).toMatch(/ {2}✓ 1\.1 .*\n {2}○ 1\.2 .*\n {2}· 1\.3 /);
    expect(stdout).toContain('Next: npm run lab 1.3');
  });

  test('a file of progress that cannot be read is kept aside when there is something to write', async () => {
    await copy.run('7.1 hint');
    const unreadable = '{"formatVersion":2,"labs":{"01-faas":"passed"}}';
    await copy.write('.workbook/progress.json', unreadable);
    const { code, stderr } = await copy.run('7.1 hint');
    expect(code).toBe(0);
    const [, aside = ''] = /kept as (\S+);/.exec(flat(stderr)) ?? [];
    expect(await copy.read(aside)).toBe(unreadable);
    expect(await copy.json('.workbook/progress.json')).toMatchObject({ labs: { '07-tiny': { hints: { double: 1 } } } });
  });

  test('a word of another version’s costs one step, and not the file', async () => {
    await copy.run('7.1 hint');
    const steps = { handler: 'passed', package: 'nearly' };
    await copy.write('.workbook/progress.json', JSON.stringify({ formatVersion: 1, labs: { '01-faas': { steps } } }));
    expect(await copy.run('7.1 hint')).toMatchObject({ code: 0, stderr: '' });
    expect(await copy.json('.workbook/progress.json')).toMatchObject({
      labs: { '01-faas': { steps: { handler: 'passed' } } },
    });
  });
});

test('doctor tells what this machine has', async () => {
  const { code, stdout, stderr } = await copy.run('doctor');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`Node ${process.versions.node}`);
  expect(stdout).toContain('✓ the workbook and the temporary folder can be written');
  expect(stdout).toMatch(/[✓○] sandbox process: freeze /);
  expect(await copy.leavings()).toEqual([]);
});

describe('hints', () => {
  test('come one by one; after the last all come once more; one may be asked for by its number', async () => {
    const heads: string[] = [];
    for (let round = 0; round < 4; round++) {
      const { code, stdout } = await copy.run('7.1 hint');
      expect(code).toBe(0);
      heads.push(linesOf(stdout)[0]!);
      if (round === 0) expect(linesOf(stdout).at(-1)).toBe('2 more hints: npm run lab 7.1 hint');
      if (round === 3) expect(stdout.match(/^Hint \d of 3/gm)).toEqual(['Hint 1 of 3', 'Hint 2 of 3', 'Hint 3 of 3']);
    }
    expect(heads).toEqual([
      'Hint 1 of 3 for 7.1: The first',
      'Hint 2 of 3 for 7.1: The second',
      'Hint 3 of 3 for 7.1: The third',
      'You have read all hints of this step. Here they are once more.',
    ]);
    expect((await copy.run('7.1 hint 2')).stdout).toContain('Two times is `*`.');
    expect(await copy.run('7.1 hint 4')).toMatchObject({
      code: 2,
      stderr: 'Step 7.1 has 3 hints; there is no hint 4.\n',
    });
    expect((await copy.run('7.2 hint')).stdout).toContain('Hint 1 of 1 for 7.2');
  });
});

describe('reset', () => {
  test('without a copy makes one, and there is nothing to undo', async () => {
    const { code, stdout } = await copy.run('1 reset');
    expect(code).toBe(0);
    expect(flat(stdout)).toContain('There was nothing to keep.');
    expect(contents('labs/01-faas/src')).toEqual(contents('labs/01-faas/starter'));
  });

  test('keeps what was there; the printed command brings back every byte', async () => {
    await copy.run('7 reset');
    const src = join(copy.root, 'labs/07-tiny/src');
    await writeFile(join(src, 'handler.ts'), Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0xfe]));
    await writeFile(join(src, "it's mine.txt"), 'no newline at the end');
    await rm(join(src, 'triple.ts'));
    const mine = contents('labs/07-tiny/src');
    const { code, stdout } = await copy.run('7 reset');
    expect(code).toBe(0);
    expect(contents('labs/07-tiny/src')).toEqual(contents('labs/07-tiny/starter'));
    const undo = /To bring it back: (.+)/.exec(stdout)![1]!;
    expect((await copy.run('', { before: ['sh', '-c', undo] })).code).toBe(0);
    expect(contents('labs/07-tiny/src')).toEqual(mine);
  });

  test('forgets the lab’s results, and no other lab’s', async () => {
    await copy.run('7 reset');
    const steps = { double: 'passed', handler: 'passed' };
    const labs = { '01-faas': { steps, hints: { handler: 2 } }, '07-tiny': { steps, hints: { double: 1 } } };
    await copy.run('7.1 hint');
    await copy.write('.workbook/progress.json', JSON.stringify({ formatVersion: 1, labs }));
    await copy.run('7 reset');
    expect(await copy.json('.workbook/progress.json')).toMatchObject({
      labs: { '01-faas': { steps }, '07-tiny': { steps: {}, hints: { double: 1 } } },
    });
  });
});

describe('a narrow terminal', () => {
  test.each(['', 'help', '1.1 hint', 'doctor', 'x'])('npm run lab %s', async (words) => {
    const { stdout, stderr } = await copy.run(words, { environment: { COLUMNS: '40' } });
    const long = linesOf(stdout + stderr).filter((line) => line.length > 40);
    expect(long).toEqual([]);
  });
});

describe('colours', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  const sequence = /\u001b/;
  test.each([
    ['none without a terminal', {}, false],
    ['in CI, whose logs show them', { CI: 'true' }, true],
    ['none with NO_COLOR, whatever else is asked for', { CI: 'true', FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%s', async (_, environment, coloured) => {
    const { stdout } = await copy.run('', { environment });
    expect(sequence.test(stdout)).toBe(coloured);
  });
});
