/** A bundle is what a function's package holds, and what an instance starts by its name. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
