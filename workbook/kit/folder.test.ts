import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { filesOf, placeOf, sourceOf } from './answer.ts';
import { filesIn } from './folder.ts';

const root = mkdtempSync(join(tmpdir(), 'workbook-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const [folder, solution] = [join(root, 'src'), join(root, 'solution')];
const answer = { folder, solution, judged: ['handler.ts'] };

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(solution, { recursive: true, force: true });
  for (const path of [folder, join(solution, 'alt-plain'), join(folder, 'lib')]) mkdirSync(path, { recursive: true });
  for (const name of ['handler.ts', 'deploy.ts', 'alt-plain/handler.ts']) writeFileSync(join(solution, name), '');
  for (const name of ['handler.ts', 'lib/own.ts']) writeFileSync(join(folder, name), '');
});

const seen = (): string => {
  try {
    filesOf(answer);
    return 'nothing odd';
  } catch (error) {
    return (error as { report: { fault: string; seen: string } }).report.seen;
  }
};

test('the step’s files are the answer’s own, and what the reference answer supplies', () => {
  expect(filesOf(answer)).toEqual(['deploy.ts', 'handler.ts', 'lib/own.ts']);
  expect(filesIn(solution)).toEqual(['deploy.ts', 'handler.ts']);
});

test('an alternate is never supplied', () => {
  expect(sourceOf(answer, 'alt-plain/handler.ts')).toBeUndefined();
  expect(placeOf(answer, 'deploy.ts')).toBe(join(solution, 'deploy.ts'));
});

test('a folder in the place of a file is no file', () => {
  rmSync(join(folder, 'handler.ts'));
  mkdirSync(join(folder, 'handler.ts'));
  expect(sourceOf(answer, 'handler.ts')).toBeUndefined();
});

test('a link to the reference answer is no answer, and neither is a link into it', () => {
  for (const target of [solution, join(solution, 'alt-plain')]) {
    rmSync(folder, { recursive: true, force: true });
    symlinkSync(target, folder);
    expect(seen()).toBe('a link to the reference answer');
  }
});

test('a file, or nothing, in the place of the folder is told', () => {
  rmSync(folder, { recursive: true });
  expect(seen()).toBe('no folder that can be read');
  writeFileSync(folder, '');
  expect(seen()).toBe('no folder that can be read');
  rmSync(folder);
  symlinkSync('nowhere', folder);
  expect(seen()).toBe('no folder that can be read');
});

test('what is too much is told: bytes, files, depth', () => {
  writeFileSync(join(folder, 'huge'), '');
  truncateSync(join(folder, 'huge'), 700 * 1024 * 1024);
  expect(seen()).toBe('more than 64 MB');
  rmSync(join(folder, 'huge'));
  mkdirSync(join(folder, ...Array.from({ length: 30 }, () => 'd')), { recursive: true });
  expect(seen()).toBe('folders within folders, 20 deep');
  rmSync(join(folder, 'd'), { recursive: true });
  for (let n = 0; n <= 2000; n++) writeFileSync(join(folder, `${n}.txt`), '');
  expect(seen()).toBe('more than 2000 files');
});
