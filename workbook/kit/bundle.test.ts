/** A bundle is what a function's package holds, and what an instance starts by its name. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from './answer.ts';
import { bundle, FROM_RUNTIME } from './bundle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeFileSync(join(folder, 'neighbour.ts'), 'export const words: string[] = process.argv.slice(2);');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file of an answer, bundles it, and leaves the bundle where the system can start it. */
async function program(text: string): Promise<string> {
  writeFileSync(join(folder, 'worker.ts'), text);
  const answer = { folder, solution: folder, judged: ['worker.ts'] };
  const { code } = await bundle(answer, 'worker.ts', { external: FROM_RUNTIME, packages: [] });
  const file = join(folder, 'worker.mjs');
  writeFileSync(file, code, { mode: 0o755 });
  return file;
}

const WORKER = "import { words } from './neighbour.ts';\nconsole.log(words.length, import.meta.url.slice(-10));\n";

test('a bundle is an executable, with what it imports of its neighbours', async () => {
  expect(execFileSync(await program(WORKER), ['one', 'two'], { encoding: 'utf8' })).toBe('2 worker.mjs\n');
});

test('a file that says itself by what it is started stays as it is', async () => {
  const file = await program(`#!/usr/bin/env -S node --stack-size=900\n${WORKER}console.log(process.execArgv);`);
  expect(execFileSync(file, { encoding: 'utf8' })).toBe("0 worker.mjs\n[ '--stack-size=900' ]\n");
});

test('a package of the SDK that functions do not have is refused, and what they have is named', async () => {
  const imports =
    "import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';\nexport { DynamoDBDocumentClient };\n";
  await expect(program(imports)).rejects.toMatchObject({
    report: {
      fault: 'code',
      seen: expect.stringContaining('@aws-sdk/lib-dynamodb'),
      at: expect.stringMatching(/worker\.ts:1:\d+$/),
      cause: expect.stringMatching(/@aws-sdk\/client- .*dynamodb/),
    },
  });
});

describe('beside a reference answer', () => {
  const answer = (): Answer => ({
    folder: join(folder, 'src'),
    solution: join(folder, 'reference'),
    judged: ['handler.ts'],
  });
  const made = () => bundle(answer(), 'handler.ts', { external: FROM_RUNTIME, packages: [] });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const missing = { report: { fault: 'code', expected: 'the file handler.ts' } };
  beforeEach(() => {
    for (const name of ['src', 'reference']) mkdirSync(join(folder, name));
    write('reference/handler.ts', 'export const secret = 42;');
    write('reference/types.ts', 'export const supplied = 1;');
  });

  test('a neighbour that is not judged is supplied', async () => {
    write('src/handler.ts', "export { supplied } from './types.ts';");
    expect((await made()).exports).toEqual(['supplied']);
  });

  test('a judged file that is missing is told of as that', async () => {
    write('src/main.ts', WORKER);
    await expect(made()).rejects.toMatchObject(missing);
  });

  test('a link in the place of a judged file is no file', async () => {
    symlinkSync(join(folder, 'reference/handler.ts'), join(folder, 'src/handler.ts'));
    await expect(made()).rejects.toMatchObject(missing);
  });

  test.each([
    ['the reference answer', () => '../reference/handler.ts'],
    ['the same without an ending', () => '../reference/handler'],
    ['the same by an absolute path', () => join(folder, 'reference/handler.ts')],
    ['the same by a link', () => './linked.ts'],
    ['the same by a link without an ending', () => './linked'],
    ['the same by a name of tsconfig.json', () => 'named'],
    ['a file of the machine', () => '/etc/hostname'],
    ['a way that begins at a package', () => 'fflate/../../README.md'],
  ])('what lies outside of the lab is not bundled: %s', async (_, path) => {
    const paths = { named: [join(folder, 'reference/handler.ts')] };
    write('src/tsconfig.json', JSON.stringify({ compilerOptions: { paths } }));
    symlinkSync(join(folder, 'reference/handler.ts'), join(folder, 'src/linked.ts'));
    write('src/handler.ts', `export * from '${path()}';`);
    await expect(made()).rejects.toMatchObject({
      report: { fault: 'code', cause: expect.stringContaining('folder of the lab') },
    });
  });
});
