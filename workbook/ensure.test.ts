/** What the first command after a clone installs is installed once, also when two come at the same time. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copy, copyRepository } from './testing/copy.ts';

const LIST = 'node_modules/.package-lock.json';
const LOG = 'installed.log';
/** Stands for npm: takes its time, and writes the list last, as npm does. */
const NPM = `
import { appendFileSync, copyFileSync } from 'node:fs';
appendFileSync('${LOG}', process.argv.slice(2).join(' ') + '\\n');
setTimeout(() => copyFileSync('kept.json', '${LIST}'), 1000);
`;

let copy: Copy;
let environment: { readonly npm_execpath: string };
beforeAll(async () => {
  copy = copyRepository();
  await writeFile(join(copy.root, 'kept.json'), await copy.read(LIST));
  environment = { npm_execpath: join(copy.root, 'npm.js') };
  await writeFile(environment.npm_execpath, NPM);
});
afterAll(() => copy.remove());

const uninstall = () => Promise.all([LIST, LOG].map((path) => rm(join(copy.root, path), { force: true })));

test('two first commands: one installs, the other waits and goes on', async () => {
  await uninstall();
  const ended = await Promise.all(['', '7.1 hint'].map((words) => copy.run(words, { environment })));
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  expect(await copy.read(LOG)).toBe('ci --no-audit --no-fund --loglevel=error\n');
  const told = ended.map(({ stderr }) => stderr).join('');
  expect(told).toContain('Running npm ci …');
  expect(told).toContain('Another command installs the workbook’s packages. Waiting for it …');
  expect(await copy.leavings()).toEqual([]);
});

test('who was killed in the middle of it holds nobody up', async () => {
  await uninstall();
  await writeFile(join(copy.root, '.workbook/installing'), String(2 ** 22 + 1));
  const { code, stderr } = await copy.run('', { environment });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Running npm ci …') });
});
