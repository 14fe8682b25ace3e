import { expect, test } from 'vitest';
import { readWords } from './words.ts';

const BOTH = ['port', 'sealed'] as const;

test.each([
  [[], { sealed: false }],
  [['port', '4600'], { port: 4600, sealed: false }],
  [['sealed', 'port', '0'], { port: 0, sealed: true }],
  [['--port', '4600', '--sealed'], { port: 4600, sealed: true }],
])('%j', (words, meant) => {
  expect(readWords(words, 0, BOTH)).toEqual(meant);
});

test.each([
  // What is left of `npm run cloud --port 4600` when npm has taken its part.
  [['4600'], 0, BOTH, '“4600” is not understood.'],
  [['port'], 0, BOTH, 'After port comes a number from 0 to 65535.'],
  [['port', 'sealed'], 0, BOTH, 'After port comes a number from 0 to 65535, and not “sealed”.'],
  [['port', '70000'], 0, BOTH, 'After port comes a number from 0 to 65535, and not “70000”.'],
  [['port', '0'], 1, ['port'] as const, 'After port comes a number from 1 to 65535, and not “0”.'],
  [['sealed'], 1, ['port'] as const, '“sealed” is not understood.'],
] as const)('%j is refused', (words, lowest, knows, message) => {
  expect(() => readWords(words, lowest, knows)).toThrow(message);
});
