import { expect, it } from 'vitest';
import { told } from '../testing/problems.ts';

it.each([
  ['`npm run lab 1.2`', '"npm run lab 1.2": labs/01-small has no step 2. Its steps are 1.1 to 1.1.'],
  [
    '`npm run lab 1.handel hint`',
    '"npm run lab 1.handel": labs/01-small has no step handel. Its steps are 1.1 to 1.1.',
  ],
  ['`npm run lab 5.7`', '"npm run lab 5.7": there is no lab 5. Did you mean "1"?'],
  [
    '`labs/01-small/src/bil.ts`',
    'There is no "labs/01-small/src/bil.ts": no labs/01-small/starter/bil.ts is there to be copied. Was it renamed?',
  ],
  ['`solutions/01-small/handel.ts`', 'There is no "solutions/01-small/handel.ts". Was it renamed?'],
])('a chapter that names in code what is not there: %s', async (code, said) => {
  expect(await told(`One line,\nand ${code}.`)).toEqual([{ line: 2, said }]);
});

it('in a fence with commands, too, on its line', async () => {
  expect(await told('```bash\ncd labs\nnpm run lab 1.9\n```')).toEqual([
    { line: 3, said: expect.stringContaining('has no step 9') },
  ]);
});

it('says nothing of what is there, of placeholders, of patterns, of folders, and of programs', async () => {
  const code = [
    '`npm run lab 1`, `npm run lab 1.1 watch`, `npm run lab 1.handler`, `npm run lab N.S`, `npm run lab doctor`',
    '`solutions/01-small/handler.ts`, `labs/01-small/src/`, `labs/NN-slug/src/x.ts`, `labs/01-small/src/*.ts`',
    '',
    "```ts\nread('labs/01-small/src/own.ts');\n```",
  ];
  expect(await told(code.join('\n'))).toEqual([]);
});
