/** Of a stack a report shows what is the learner's. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../paths.ts';
import { readable } from './output.ts';

const folder = join(ROOT, 'labs/01-faas/src');
const own = `    at async handler (${folder}/handler.ts:12:5)`;
const library = [
  '    at parse (/tmp/environments/1/node_modules/pdf/index.mjs:1:2)',
  '    at node:internal/timers:9:9',
];

test('of a stack with frames of the learner’s files only those are shown, by their short paths', () => {
  const stack = ['Error: no PDF', library[0], own, library[1]].join('\n');
  expect(readable(['begin', stack, 'end'], { folder })).toEqual([
    'begin',
    'Error: no PDF',
    '    at async handler (labs/01-faas/src/handler.ts:12:5)',
    'end',
  ]);
});

test('a stack without them is shown as it is', () => {
  const stack = ['Error: no PDF', ...library];
  expect(readable(stack, { folder })).toEqual(stack);
});

test('each stack is looked at by itself, and a package in the learner’s folder is no file of theirs', () => {
  const theirs = `    at f (${folder}/node_modules/pdf/index.js:1:1)`;
  expect(readable(['Error: one', theirs, 'Error: two', own, theirs], { folder })).toEqual([
    'Error: one',
    theirs,
    'Error: two',
    '    at async handler (labs/01-faas/src/handler.ts:12:5)',
  ]);
});

test('a line that is too long is cut', () => {
  expect(readable(['x'.repeat(5000)], { folder })).toEqual([`${'x'.repeat(1000)}…`]);
});
